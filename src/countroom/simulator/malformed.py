"""Messages that must be refused: broken ones, and ones that contradict what was said before."""

from collections.abc import Sequence
from random import Random

from countroom.simulator.breakage import BREAKS, MONEY
from countroom.simulator.chance import happens
from countroom.simulator.fact import CASINO, PAYMENT, SECOND, SPORTS, Fact
from countroom.simulator.noise import Draft
from countroom.simulator.sending import CONFLICT
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.wire import message

_CONFLICTS = 0.12
_REPEATED = 0.2


def malformed(
    facts: Sequence[Fact], drafts: Sequence[Draft], *, settings: SimulatorSettings, rng: Random
) -> list[Draft]:
    """The extra messages, about a share `settings.malformed` of all; some of them come more than once."""
    usable = [place for place, fact in enumerate(facts) if _is_plain(fact)]
    by_kind = {kind: [facts[place] for place in usable if facts[place].kind == kind] for kind in MONEY}
    made: list[Draft] = []
    if not usable:
        return made
    for _ in range(round(settings.malformed * len(facts))):
        if happens(rng, _CONFLICTS):
            place = rng.choice(usable)
            conflict = _conflict(facts[place], drafts[place], settings=settings, rng=rng)
            if conflict is not None:
                made.append(conflict)
                continue
        elif made and happens(rng, _REPEATED):
            earlier = rng.choice(made)
            made.append(_repeat(earlier, settings, rng=rng))
            continue
        made.append(_broken(by_kind, settings, rng=rng))
    return made


def _is_plain(fact: Fact) -> bool:
    """True for a message all of whose fields matter: a loss says no amount, a rollback neither amount nor rate."""
    return fact.kind in MONEY and fact.body["type"] != "Loss" and fact.body["status"] != "Rollback"


def _broken(by_kind: dict[str, list[Fact]], settings: SimulatorSettings, *, rng: Random) -> Draft:
    usable = [(way, kind) for way, kinds in BREAKS.items() for kind in kinds if by_kind[kind]]
    ways = tuple(dict.fromkeys(way for way, _ in usable))
    chosen = rng.choice(ways)
    fact = rng.choice(by_kind[rng.choice([kind for way, kind in usable if way is chosen])])
    broken = chosen(fact, rng)
    at = min(fact.at + rng.randrange(1, 60) * SECOND, settings.ends_at)
    return Draft(at=at, kind=broken.kind, body=broken.body, player=fact.player, expect=broken.reason)


def _conflict(fact: Fact, draft: Draft, *, settings: SimulatorSettings, rng: Random) -> Draft | None:
    """The same id and status with another amount; of a bet at times a win under the bet's own id."""
    if fact.kind not in (CASINO, PAYMENT, SPORTS):
        return None
    body = {**fact.body, "amount": fact.body["amount"] + 7}
    if fact.kind == CASINO and fact.body["type"] == "Bet" and happens(rng, 0.3):
        body["type"] = "Win"
    again = Fact(kind=fact.kind, at=fact.at, player=fact.player, body=body)
    at = min(draft.at + rng.randrange(2, 600) * SECOND, settings.ends_at)
    return Draft(at=at, kind=fact.kind, body=message(again), player=fact.player, expect=CONFLICT, after=draft)


def _repeat(earlier: Draft, settings: SimulatorSettings, *, rng: Random) -> Draft:
    at = min(earlier.at + rng.randrange(1, 3600) * SECOND, settings.ends_at)
    return Draft(
        at=at,
        kind=earlier.kind,
        body=earlier.body,
        player=earlier.player,
        expect=earlier.expect,
        after=earlier.after,
    )
