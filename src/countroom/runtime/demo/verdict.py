"""Every figure of the hub against the simulator's own ledger."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from countroom.core.instants import parse
from countroom.runtime.demo.lines import Line
from countroom.runtime.demo.told import Told
from countroom.simulator.differences import Difference, differences
from countroom.simulator.ledger.books import Ledger
from countroom.simulator.partner.accounts import Fault
from countroom.simulator.progress import Progress
from countroom.simulator.sending import ACCEPTED, CONFLICT, Sending

Json = dict[str, Any]
_SHOWN = 20


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a demonstration has shown."""

    lines: tuple[Line, ...]
    wrong: tuple[tuple[str, tuple[Difference, ...]], ...] = ()
    """Players whose documents differ, with the places; the first of them."""
    faults: tuple[Fault, ...] = ()
    """What is wrong at the partner; the first of it."""

    @property
    def is_green(self) -> bool:
        """True when everything is equal."""
        return all(line.is_equal for line in self.lines)

    def with_told(self, told: Told) -> "Verdict":
        """The same with the partner's part."""
        return msgspec.structs.replace(self, lines=(*self.lines, *told.lines), faults=told.faults[:_SHOWN])


class Counted(msgspec.Struct):
    """What was compared over all players."""

    players: int = 0
    totals: int = 0
    rounds: int = 0
    sessions: int = 0
    sports_bets: int = 0
    payments: int = 0
    bonuses: int = 0
    repeated: set[str] = set()
    """Players of whom something was told again, as the hub says."""
    contradicted: set[str] = set()
    """Players of whom something was told that contradicts what was told before, as the hub says."""
    wrong_players: int = 0
    wrong_figures: int = 0


def judge(
    ledger: Ledger,
    read: Callable[[str], Json | None],
    *,
    sendings: Sequence[Sending],
    progress: Progress,
    status: Json,
    groups: Sequence[Json],
) -> Verdict:
    """Compare everything. `read` gives a player's document, `groups` are the hub's refusals."""
    counted, wrong = _documents(ledger, read)
    lines = [
        _same("requests answered as they must be", len(sendings), found=progress.answered - progress.failed),
        _figures("players", counted.players, wrong=counted.wrong_players),
        Line("figures that differ", "0", str(counted.wrong_figures), is_equal=not counted.wrong_figures),
        _all("totals (life, days, hours)", counted.totals, wrong=wrong, at="$.totals"),
        _all("rounds", counted.rounds, wrong=wrong, at="$.rounds"),
        _all("sessions", counted.sessions, wrong=wrong, at="$.sessions"),
        _all("sports bets", counted.sports_bets, wrong=wrong, at="$.sports_bets"),
        _all("payments", counted.payments, wrong=wrong, at="$.payments"),
        _all("bonuses", counted.bonuses, wrong=wrong, at="$.bonuses"),
        *_refusals(ledger, groups),
        _repeats(sendings, progress, found=status["balance"]["duplicates"]),
        _repeated(ledger.told_again(), progress, found=counted.repeated),
        _contradicted(sendings, counted.contradicted),
        _same("items unaccounted for", 0, found=status["balance"]["unaccounted"]),
        _same("items in flight", 0, found=status["balance"]["in_flight"]),
    ]
    return Verdict(lines=tuple(lines), wrong=tuple(wrong[:_SHOWN]))


Wrong = list[tuple[str, tuple[Difference, ...]]]


def _documents(ledger: Ledger, read: Callable[[str], Json | None]) -> tuple[Counted, Wrong]:
    counted = Counted()
    wrong: Wrong = []
    for player in ledger.players():
        actual = read(player) or {}
        handling = actual.get("handling", {})
        clock = handling.get("clock")
        if handling.get("duplicates"):
            counted.repeated.add(player)
        if handling.get("conflicts"):
            counted.contradicted.add(player)
        expected = _as_long(ledger.document(player, parse(clock) if clock else None), actual)
        found = differences(expected, actual)
        counted.players += 1
        counted.totals += _leaves(expected["totals"])
        for name in ("rounds", "sessions", "sports_bets", "payments", "bonuses"):
            setattr(counted, name, getattr(counted, name) + len(expected.get(name, ())))
        if found:
            counted.wrong_players += 1
            counted.wrong_figures += len(found)
            wrong.append((player, tuple(found)))
    return counted, wrong


def _as_long(expected: Json, actual: Json) -> Json:
    """What is expected of a document that leaves its oldest rounds out: the same of the newest ones."""
    every, shown = expected.get("rounds", []), actual.get("rounds", [])
    if not actual.get("rounds_left") or len(shown) >= len(every):
        return expected
    newest = {_age(one) for one in sorted(every, key=_age, reverse=True)[: len(shown)]}
    return expected | {
        "rounds": [one for one in every if _age(one) in newest],
        "rounds_left": len(every) - len(shown),
    }


def _age(shown: Json) -> tuple[str, str, str, bool, int]:
    names = str(shown["studio"]), str(shown["round_id"])
    return str(shown["opened_at"]), *names, "free_money" in shown, int(shown["generation"])


def _leaves(value: object) -> int:
    if isinstance(value, dict):
        return sum(_leaves(inner) for inner in value.values())
    return sum(_leaves(inner) for inner in value) if isinstance(value, list) else 1


def _same(what: str, expected: int, *, found: object) -> Line:
    return Line(
        what, f"{expected:,}", f"{found:,}" if isinstance(found, int) else "unknown", is_equal=expected == found
    )


def _figures(what: str, total: int, *, wrong: int) -> Line:
    return Line(what, f"{total:,} equal", f"{total - wrong:,} equal", is_equal=not wrong and total > 0)


def _all(what: str, total: int, *, wrong: Wrong, at: str) -> Line:
    differ = sum(any(d.path.startswith(at) for d in found) for _, found in wrong)
    told = "all equal" if not differ else f"differ for {differ:,} players"
    return Line(what, f"{total:,}", told, is_equal=not differ)


def _refusals(ledger: Ledger, groups: Sequence[Json]) -> list[Line]:
    expected = ledger.refusals()
    found: Counter[str] = Counter()
    for group in groups:
        found[group["reason"]] += group["bodies"]
    return [
        _same(f"refused as {reason} (distinct bodies)", expected.get(reason, 0), found=found[reason])
        for reason in sorted({*expected, *found})
    ]


def _repeats(sendings: Sequence[Sending], progress: Progress, *, found: int) -> Line:
    """Messages that told a fact again. A request tried again after a kill may have been taken in before it."""
    told = Counter(sending.fact for sending in sendings if sending.expect == ACCEPTED)
    least = sum(told.values()) - len(told)
    most = least + progress.retried
    shown = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return Line("repeats counted once", shown, f"{found:,}", is_equal=least <= found <= most)


def _repeated(expected: frozenset[str], progress: Progress, *, found: set[str]) -> Line:
    """Players of whom something was told again."""
    is_equal = expected <= found if progress.retried else expected == found
    least = "at least " if progress.retried else ""
    return Line("players with repeats", f"{least}{len(expected):,}", f"{len(found):,}", is_equal=is_equal)


def _contradicted(sendings: Sequence[Sending], found: set[str]) -> Line:
    """Players of whom something was told that contradicts what was told before."""
    expected = {sending.player for sending in sendings if sending.expect == CONFLICT}
    return Line("players with contradictions", f"{len(expected):,}", f"{len(found):,}", is_equal=expected == found)
