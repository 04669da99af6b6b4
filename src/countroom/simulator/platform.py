"""The made-up platform: the lives of its players, told as requests to make."""

from collections.abc import Iterator
from itertools import chain

from countroom.simulator.chance import stream
from countroom.simulator.fact import Fact
from countroom.simulator.life import life
from countroom.simulator.malformed import malformed
from countroom.simulator.noise import Draft, duplicates, firsts, retries, schedule
from countroom.simulator.player import Player, players
from countroom.simulator.sending import Sending
from countroom.simulator.settings import SimulatorSettings


class Platform:
    """One brand with its players, over one period."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self._settings = settings

    def sendings(self) -> Iterator[Sending]:
        """Every request, in the order in which it is made. Equal settings give equal bytes, at every call."""
        drafts = sorted(self._drafts(), key=lambda draft: draft.at)
        numbers = {id(draft): number for number, draft in enumerate(drafts, start=1)}
        for number, draft in enumerate(drafts, start=1):
            method, path = draft.route
            yield Sending(
                number=number,
                at=draft.at,
                method=method,
                path=path,
                body=draft.body,
                player=draft.player,
                expect=draft.expect,
                after=numbers[id(draft.after)] if draft.after else None,
                fact=draft.fact,
            )

    def _drafts(self) -> list[Draft]:
        settings, seed = self._settings, self._settings.seed
        everybody = players(settings)
        facts = _facts(settings, everybody)
        careless = {
            player.player_id: stream(seed, "careless", player.number) for player in everybody if player.has_quirks
        }
        schedule(facts, settings, rng=stream(seed, "schedule"))
        first = firsts(facts, careless)
        again = retries(facts, first, settings=settings, careless=careless, rng=stream(seed, "retries"))
        return [
            *first,
            *duplicates(first, settings, rng=stream(seed, "duplicates")),
            *again,
            *malformed(facts, first, settings=settings, rng=stream(seed, "malformed")),
        ]


def _facts(settings: SimulatorSettings, everybody: list[Player]) -> list[Fact]:
    facts = chain.from_iterable(life(settings, player) for player in everybody)
    return sorted(facts, key=lambda fact: fact.at)
