"""What happens to messages between the platform and us: held back, out of place, sent again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from countroom.simulator.chance import happens, log_uniform
from countroom.simulator.fact import BONUS, CASINO, HOUR, MINUTE, PAYMENT, ROUTES, SECOND, SPORTS, Body, Fact
from countroom.simulator.sending import ACCEPTED
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.wire import message

_LATE = (2 * MINUTE, 20 * HOUR)
_AGAIN = (SECOND // 2, 6 * HOUR)


@dataclass(slots=True, eq=False, kw_only=True)
class Draft:
    """A sending that has no number yet."""

    at: int
    kind: str
    body: bytes
    player: str
    expect: str = ACCEPTED
    after: "Draft | None" = None
    fact: int | None = None

    @property
    def route(self) -> tuple[str, str]:
        """Method and path."""
        return ROUTES[self.kind]


def schedule(facts: Sequence[Fact], settings: SimulatorSettings, *, rng: Random) -> None:
    """Decide when each fact is sent. Nothing is sent before it happened but for a hair, nor after the end."""
    end = settings.ends_at
    for fact in facts:
        fact.sent_at = min(fact.at + rng.randrange(50, 1500) * 1000, end)
        if happens(rng, settings.late):
            due = fact.at + log_uniform(rng, _LATE)
            fact.sent_at = due if due <= end else rng.randint(fact.at, end)
    in_order = sorted(facts, key=lambda fact: fact.sent_at)
    for place, fact in enumerate(in_order):
        if happens(rng, settings.shuffled):
            neighbour = in_order[min(place + rng.randint(1, 6), len(in_order) - 1)]
            fact.sent_at = min(neighbour.sent_at + 1, end)
    for fact in facts:
        if (target := fact.overtakes) is not None:
            target.sent_at = min(max(target.sent_at, fact.sent_at + rng.randrange(1, 90) * SECOND), end)
            fact.sent_at = min(fact.sent_at, target.sent_at - 1)


def firsts(facts: Iterable[Fact], careless: dict[str, Random]) -> list[Draft]:
    """The first sending of every fact; `careless` holds the chance of the players whose client has bad habits."""
    return [
        Draft(
            at=fact.sent_at,
            kind=fact.kind,
            body=message(fact, careless.get(fact.player)),
            player=fact.player,
            fact=number,
        )
        for number, fact in enumerate(facts, start=1)
    ]


def duplicates(drafts: Iterable[Draft], settings: SimulatorSettings, *, rng: Random) -> Iterator[Draft]:
    """Sendings made again byte for byte: the answer was lost, or a broker delivered twice."""
    for draft in drafts:
        if happens(rng, settings.duplicates):
            yield replace(draft, at=_again(draft.at, settings.ends_at, rng=rng))


def retries(
    facts: Sequence[Fact],
    drafts: Sequence[Draft],
    *,
    settings: SimulatorSettings,
    careless: dict[str, Random],
    rng: Random,
) -> Iterator[Draft]:
    """Facts told again by a client that stamps every attempt anew. The first rendition stays in force."""
    able = [_can_be_stamped_anew(fact, is_careless=fact.player in careless) for fact in facts]
    share = settings.retries * len(able) / max(1, sum(able))
    for fact, draft, is_able in zip(facts, drafts, able, strict=True):
        if is_able and happens(rng, share):
            body = message(_stamped_anew(fact, rng), careless.get(fact.player))
            yield replace(draft, at=_again(draft.at, settings.ends_at, rng=rng), body=body, after=draft)


def _can_be_stamped_anew(fact: Fact, *, is_careless: bool) -> bool:
    """False where the time is a part of the identity: such a repeat would be another fact.

    A careless client may say a rollback once as a status and once as a refund, which are not word for word the same
    claim; it is not made to repeat one.
    """
    match fact.kind:
        case "casino" | "sports":
            return not (is_careless and fact.body["status"] == "Rollback")
        case "bonus":
            return bool(fact.body["status"] != "Ongoing")
        case "payment" | "game_round":
            return True
        case _:
            return False


def _stamped_anew(fact: Fact, rng: Random) -> Fact:
    body: Body = dict(fact.body)
    for balance in ("balance_before", "balance_after"):
        if balance in body:
            body[balance] += 1
    if fact.kind in (CASINO, SPORTS, PAYMENT, BONUS) and body.get("exchange_rate", 1) not in (0, 1):
        body["exchange_rate"] = body["exchange_rate"] * (1000 + rng.randrange(1, 9)) / 1000
    return replace(fact, at=fact.at + rng.randrange(1, 30_000) * 1000, body=body)


def _again(at: int, end: int, *, rng: Random) -> int:
    return min(at + log_uniform(rng, _AGAIN), end) if at < end else at
