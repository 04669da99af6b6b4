"""The player's account: registration, logins, changes of details, consents and blocks."""

from random import Random
from typing import Any, Final

from countroom.simulator.chance import happens, weighted
from countroom.simulator.fact import (
    BLOCKS,
    CONSENTS,
    DAY,
    LOGIN,
    LOGOUT,
    MINUTE,
    REGISTRATION,
    USER_UPDATE,
    Body,
    Fact,
)
from countroom.simulator.person import details, in_passing
from countroom.simulator.player import Player
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.wire import timestamp

_CHANNELS: Final = ("email", "sms", "telephone", "postMail", "siteNotification", "pushNotification")
_MARKETING: Final = ("email", "sms", "call", "post", "notification")


class Account:
    """What happens to one player's account. No two of these messages have the same time."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._details: Body | None = None
        self._told_at: set[int] = set()

    def registration(self, at: int) -> Fact:
        """The registration, thin as in the second version or fat as in the first."""
        passing = in_passing(self._settings, self._rng)
        if not self._settings.personal or happens(self._rng, 0.4):
            return self._tell(REGISTRATION, at, **passing)
        self._details = details(self._settings, self._player)
        body = {**self._details, **passing}
        for channel in _MARKETING:
            if happens(self._rng, 0.8):
                body[f"allows_{channel}_marketing"] = happens(self._rng, 0.5)
        if happens(self._rng, 0.5):
            body |= {"is_blocked": happens(self._rng, 0.05), "is_excluded": False}
        if happens(self._rng, 0.3):
            body["note"] = f"came by phone, spoke to desk {self._rng.randrange(10**6, 10**7)}"
            body["url_referer"] = f"https://news.example/{self._rng.getrandbits(48):012x}"
        return self._tell(REGISTRATION, at, **body)

    def login(self, at: int) -> Fact:
        """A login, mostly with the network address."""
        return self._tell(LOGIN, at, **in_passing(self._settings, self._rng))

    def logout(self, at: int) -> Fact:
        """A logout."""
        return self._tell(LOGOUT, at)

    def change(self, at: int) -> Fact:
        """Something about the account has changed; the message says what, or only that."""
        tell = self._rng.choice((self._update, self._consents, self._blocks))
        return tell(at)

    # --- kinds -------------------------------------------------------------------------

    def _update(self, at: int) -> Fact:
        if self._details is None or happens(self._rng, 0.5):
            return self._tell(USER_UPDATE, at)
        changed: Body = {"city": f"{self._details['city']}-{self._rng.randrange(100, 999)}", "language": "en"}
        more = weighted(
            self._rng,
            {
                "nothing": 40,
                "market": 20,
                "verified_at": 20,
                "registration_date": 10,
                "currency": 10,  # a wallet does not change its currency: that field is refused
            },
        )
        values = {
            "market": self._player.country,
            "verified_at": timestamp(at - MINUTE),
            "registration_date": timestamp(at - 400 * DAY),
            "currency": "USD",
        }
        return self._tell(USER_UPDATE, at, **changed, **({more: values[more]} if more in values else {}))

    def _consents(self, at: int) -> Fact:
        if happens(self._rng, 0.4):
            return self._tell(CONSENTS, at)
        old_form = happens(self._rng, 0.3)
        channels = self._rng.sample(_CHANNELS, self._rng.randrange(1, 7))
        stated = [
            {"type": _old_name(channel) if old_form else channel, "opted_in": happens(self._rng, 0.5)}
            for channel in channels
        ]
        return self._tell(CONSENTS, at, consents=stated)

    def _blocks(self, at: int) -> Fact:
        way = weighted(self._rng, {"both": 40, "thin": 40, "one": 20})
        if way == "thin":
            return self._tell(BLOCKS, at)
        if way == "one":
            return self._tell(BLOCKS, at, type=self._rng.choice(("Excluded", "Blocked")))
        stated = [{"type": kind, "active": happens(self._rng, 0.2), "note": ""} for kind in ("Excluded", "Blocked")]
        return self._tell(BLOCKS, at, blocks=stated)

    # --- pieces ------------------------------------------------------------------------

    def _tell(self, kind: str, at: int, **more: Any) -> Fact:
        while at in self._told_at:
            at += 1000
        self._told_at.add(at)
        body = {"user_id": self._player.player_id, "origin": self._settings.origin, **more}
        return Fact(kind=kind, at=at, player=self._player.player_id, body=body)


def _old_name(channel: str) -> str:
    return "SMS" if channel == "sms" else channel[0].upper() + channel[1:]
