"""Made-up persons: names, addresses and numbers that belong to nobody."""

from random import Random
from typing import Final

from countroom.simulator.chance import happens, stream
from countroom.simulator.fact import Body
from countroom.simulator.player import Player
from countroom.simulator.settings import SimulatorSettings

_FIRST: Final = ("Aino", "Bruno", "Celia", "Dario", "Elsa", "Fabio", "Greta", "Hugo", "Ines", "Jonas", "Karla", "Milo")
_LAST: Final = ("Borgström", "Camilleri", "Duarte", "Eklund", "Farrugia", "Grönholm", "Hayashi", "Kowalczyk", "Zammit")
_STREETS: Final = ("Harbour Lane", "Triq il-Palma", "Björkgatan", "Rua das Flores", "Lindenweg")
_CITIES: Final = ("Sliema", "Uppsala", "Turku", "Bremen", "Kobe", "Recife")
_AGENTS: Final = ("Mozilla/5.0 (made-up; Phone 9)", "Mozilla/5.0 (made-up; Desk 4)")

PERSONAL: Final = frozenset(
    {
        "username",
        "email",
        "title",
        "first_name",
        "last_name",
        "sex",
        "birth_date",
        "city",
        "address",
        "postal_code",
        "mobile",
        "mobile_prefix",
        "registration_code",
    }
)
"""Fields of a message that say who somebody is and belong to the profile."""

PERSONAL_IN_PASSING: Final = frozenset({"ip_address", "user_agent", "url_referer", "note"})
"""Those that belong to the one message and to no profile."""


def details(settings: SimulatorSettings, player: Player) -> Body:
    """The fat fields of one player, always the same: personal ones and plain ones."""
    rng = stream(settings.seed, "person", player.number)
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    mark = f"{player.number}{rng.randrange(100, 999)}"
    return {
        "username": f"{first.lower()}_{mark}_plays",
        "email": f"{first.lower()}.{mark}@mail-{rng.randrange(10, 99)}.example",
        "title": rng.choice(("", "Dr")),
        "first_name": f"{first}-{_letters(rng)}",
        "last_name": f"{last}-{_letters(rng)}",
        "sex": rng.choice(("male", "female", "other", "")),
        "birth_date": f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        "city": f"{rng.choice(_CITIES)}-{_letters(rng)}",
        "address": f"{rng.choice(_STREETS)} {rng.randrange(1, 400)}-{mark}",
        "postal_code": f"{rng.choice('ABKMST')}{rng.randrange(1000, 9999)}-{mark}",
        "mobile_prefix": "+356",
        "mobile": f"99{rng.randrange(10**5, 10**6)}",
        "registration_code": f"code-{mark}-{_letters(rng)}" if happens(rng, 0.3) else "",
        "currency": player.currency.code,
        "country": player.country,
        "language": player.language,
        "affiliate_reference": f"aff-{rng.randrange(1, 9)}" if happens(rng, 0.4) else "",
        "verification_type": rng.choice(("", "document", "bank")),
        "roles": rng.sample(("vip", "tester", "early_bird"), rng.randrange(3)),
    }


def in_passing(settings: SimulatorSettings, rng: Random) -> Body:
    """The network address and the browser of one visit; nothing when the settings say so."""
    if not settings.personal or happens(rng, 0.3):
        return {}
    address = f"198.51.100.{rng.randrange(1, 255)}" if happens(rng, 0.8) else f"2001:db8::{rng.getrandbits(32):x}"
    return {"ip_address": address, "user_agent": f"{rng.choice(_AGENTS)} build {rng.getrandbits(24):06x}"}


def personal_values(body: Body) -> dict[str, str]:
    """The personal values in a message, by field: what must never be found outside the vault."""
    return {
        name: str(value)
        for name, value in body.items()
        if name in PERSONAL | PERSONAL_IN_PASSING and isinstance(value, str | int) and value
    }


def _letters(rng: Random) -> str:
    return "".join(rng.choices("bcdfghjklmnprstvz", k=6)).capitalize()
