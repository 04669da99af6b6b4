"""The lists of one player, a part at a time: out of one snapshot of his pages, and without holding up a commit."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Any, Final, cast

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import parse
from countroom.engines.local.known_reads import known_reads
from countroom.engines.local.round_spans import ALWAYS, Span, Wish, apart, latest_first, present
from countroom.fold import keys
from countroom.fold.calendar import day_text, hour_text
from countroom.fold.codec import decode
from countroom.fold.pages import Bucket, DayPage, Known
from countroom.fold.reader import Reader
from countroom.fold.scopes import scope
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.fold.shown_money import bonuses, payments
from countroom.fold.shown_play import rounds, sessions
from countroom.fold.shown_sports import sports_bets
from countroom.fold.step import exactly
from countroom.fold.sums import together
from countroom.fold.timeline import Wanted, timeline
from countroom.fold.timeline_entry import Entry
from countroom.ports import ShardStore

Json = dict[str, Any]
CASINO: Final = frozenset({"bet", "win", "loss", "round", "rollback"})
"""Kinds of entry that rounds hold."""


class Snapshot:
    """Pages of one player as of one moment: all lie side by side, so one scan sees them all."""

    def __init__(self, store: ShardStore, rows: dict[bytes, bytes]) -> None:
        self._store = store
        self._rows = rows

    def get(self, key: bytes) -> object | None:
        """The page under `key`, or None; identities are looked up as they are now."""
        row = self._rows.get(key)
        if row is None and key.startswith(keys.IDENTITY):
            [row] = self._store.get_many([key])
        return None if row is None else decode(key, row)

    def put(self, key: bytes, page: object | None) -> None:
        """Nothing is written here."""

    def scan(self, prefix: bytes) -> list[tuple[bytes, object]]:
        """All pages whose key begins with `prefix`, in order of key."""
        return [(key, decode(key, row)) for key, row in self._rows.items() if key.startswith(prefix)]

    def with_rounds(self, rounds: dict[bytes, bytes]) -> "Snapshot":
        """The same with these rounds, and without pages that speak of anything else: parts of large rounds stay."""
        head = {key: row for key, row in self._rows.items() if _kind(key) in (keys.HEAD, keys.ROUND_PART)}
        return Snapshot(self._store, head | rounds)


def read_list(store: ShardStore, settings: FoldSettings, request: Json) -> Json | None:
    """A part of one of the player's lists, and where the next begins; None when nothing is known of him."""
    if request["list"] == "known":
        return known_reads(store, request)
    if request["list"] == "fact":
        return _fact(store, settings, request)
    key = PlayerKey(BrandId(str(request["brand"])), PlayerId(str(request["player"])))
    brand = settings.brands.get(key.brand)
    prefix = keys.of_player(key.brand, key.player)
    if brand is None or store.get_many([prefix + keys.HEAD]) == [None]:
        return None
    before = request.get("before")
    wanted = Wanted(
        kinds=frozenset(request.get("kinds") or ()),
        since=request.get("since"),
        until=request.get("until"),
        before=(before[0], before[1]) if before else None,
        limit=request["limit"],
    )
    with exactly():
        found = _found(store, request, wanted, key=key, brand=brand)
    last = found[-1] if len(found) == wanted.limit else None
    return {"items": [entry.shown for entry in found], "next": (last.at, last.place) if last else None}


def _fact(store: ShardStore, settings: FoldSettings, request: Json) -> Json | None:
    """What the pages in which an event lives say of it: itself, and the round, payment or bonus it is part of."""
    key = PlayerKey(BrandId(str(request["brand"])), PlayerId(str(request["player"])))
    brand = settings.brands.get(key.brand)
    if brand is None:
        return None
    prefix, ids = keys.of_player(key.brand, key.player), keys.ids_of_player(key.brand, key.player)
    remembered = [ids + str(anchor).encode() for anchor in request["anchors"]]
    known = [
        one
        for name, row in zip(remembered, store.get_many(remembered), strict=True)
        if row is not None
        for one in cast("list[Known]", decode(name, row))
    ]
    wanted = list(dict.fromkeys([prefix + keys.HEAD, *(prefix + one.page for one in known if one.page)]))
    rows = {name: row for name, row in zip(wanted, store.get_many(wanted), strict=True) if row is not None}
    r = Reader(Snapshot(store, rows), key, brand)
    with exactly():
        own = [e.shown for e in timeline(r, Wanted(limit=1000)) if e.place.partition("\0")[2] in request["identities"]]
        whole = {
            "rounds": rounds(r), "payments": payments(r), "bonuses": bonuses(r), "sports_bets": sports_bets(r),
        }  # fmt: skip
    return {"facts": own, "is_known": bool(known), "part_of": {name: them for name, them in whole.items() if them}}


def _found(store: ShardStore, request: Json, wanted: Wanted, *, key: PlayerKey, brand: BrandSettings) -> list[Entry]:
    what, prefix = request["list"], keys.of_player(key.brand, key.player)
    if what in ("timeline", "rounds"):
        rows, spans = apart(store, prefix, _wish(wanted, of_starts=what == "rounds"))
        r = Reader(Snapshot(store, rows), key, brand)
        return (_timeline if what == "timeline" else _rounds)(store, r, spans, wanted)
    r = Reader(Snapshot(store, _rows(store, prefix, *_RANGES.get(what, (b"", b"\xff")))), key, brand)
    match what:
        case "totals":
            return _totals(r, wanted, per=str(request.get("per") or "day"))
        case "sessions":
            shown = sessions(r, r.all(keys.DAY, DayPage), r.all(keys.FREE_DAY, DayPage))
            return _latest(
                (Entry(parse(str(s["started_at"])), _place(s, "id", "free_money"), s) for s in shown), wanted
            )
        case "sports_bets":
            bets = sports_bets(r)
            return _latest((Entry(_placed(b), _place(b, "bet_id"), b) for b in bets), wanted)
        case "payments":
            shown = payments(r)
            return _latest(
                (Entry(parse(p["statuses"][-1][1]), _place(p, "payment_id", "direction"), p) for p in _any(shown)),
                wanted,
            )
        case "bonuses":
            shown = bonuses(r)
            return _latest((Entry(_start(b), _place(b, "user_bonus_id"), b) for b in shown), wanted)
        case _:
            return []


def _wish(wanted: Wanted, *, of_starts: bool) -> Wish:
    """Of some kinds alone nobody can tell beforehand which rounds have any."""
    has_all = of_starts or not wanted.kinds or wanted.kinds >= CASINO
    bounds = [at for at in (wanted.until, wanted.before[0] if wanted.before else None) if at is not None]
    return Wish(wanted.limit if has_all else 0, min(bounds, default=ALWAYS), of_starts)


_RANGES: Final = {
    "totals": (keys.FREE_HOUR, keys.HOUR),
    "payments": (keys.PAYMENT, keys.PAYMENT),
    "bonuses": (keys.BONUS, keys.BONUS_BETS),
    "sports_bets": (keys.SPORT, keys.SPORT),
}
"""From which kind of page to which a list reads; all pages where it is not said."""


def _rows(store: ShardStore, prefix: bytes, first: bytes, last: bytes) -> dict[bytes, bytes]:
    """Pages of these kinds and all that lie between, as of one moment."""
    found: dict[bytes, bytes] = {}
    for key, row in store.scan(prefix, prefix + first):
        if _kind(key) > last:
            break
        found[key] = row
    return found


def _kind(key: bytes) -> bytes:
    place = key.index(0, key.index(0) + 1) + 1
    return key[place : place + 1]


def _timeline(store: ShardStore, r: Reader, spans: list[Span], wanted: Wanted) -> list[Entry]:
    """What happened, the latest first: of the rounds only those are read that end late enough to matter."""
    found = timeline(r, wanted)
    if wanted.kinds and not wanted.kinds & CASINO:
        return found
    limits = [at for at in (wanted.until, wanted.before[0] + 1 if wanted.before else None) if at is not None]
    pages = cast("Snapshot", r.pages)
    since = wanted.since or 0
    casino = wanted._replace(kinds=(wanted.kinds or CASINO) & CASINO)
    for follows, some in latest_first(store, [s for s in spans if s.last >= since], min(limits, default=ALWAYS)):
        of_these = timeline(Reader(pages.with_rounds(some), r.key, r.brand), casino)
        found = nlargest(wanted.limit, [*found, *of_these], key=lambda one: (one.at, one.place))
        if len(found) == wanted.limit and found[-1].at > follows:
            break
    return found


def _any(shown: list[Json]) -> Iterator[Json]:
    return (entry for entry in shown if entry.get("statuses"))


def _start(bonus: Json) -> int:
    return parse(str(bonus["started_at"])) if "started_at" in bonus else 0


def _placed(bet: Json) -> int:
    """When a sports bet was placed; of one that was only settled so far, that."""
    at = bet.get("placed_at") or bet.get("settled_at")
    return parse(at) if at else 0


def _place(shown: Json, *names: str) -> str:
    return "\0".join(str(shown.get(name, "")) for name in names)


def _latest(entries: Iterator[Entry], wanted: Wanted) -> list[Entry]:
    """The latest of them that are wanted."""
    fits = (
        entry
        for entry in entries
        if (wanted.before is None or (entry.at, entry.place) < wanted.before)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )
    return nlargest(wanted.limit, fits, key=lambda entry: (entry.at, entry.place))


def _rounds(store: ShardStore, r: Reader, spans: list[Span], wanted: Wanted) -> list[Entry]:
    """Rounds are many and dear to show: first those that are wanted are found by their spans, then shown."""
    place = len(r.prefix)
    marks = (
        Entry(at, _round_place(s.key[place + 1 :].decode(), n + 1, is_free=_kind(s.key) == keys.FREE_ROUND), {"of": s})
        for s in spans
        for n, at in enumerate(s.starts)
    )
    chosen = _latest(marks, wanted)
    names = list(dict.fromkeys(cast("Span", mark.shown["of"]).key for mark in chosen))
    rows = present(store, names)
    by_place = {
        _round_place(
            f"{shown['studio']}\0{shown['round_id']}", int(str(shown["generation"])), is_free="free_money" in shown
        ): shown
        for shown in rounds(Reader(cast("Snapshot", r.pages).with_rounds(rows), r.key, r.brand))
    }
    return [Entry(mark.at, mark.place, by_place[mark.place]) for mark in chosen if mark.place in by_place]


def _round_place(own: str, generation: int, *, is_free: bool) -> str:
    return f"{own}\0{generation}\0{'free' if is_free else ''}"


def _totals(r: Reader, wanted: Wanted, *, per: str) -> list[Entry]:
    """Totals per brand day or UTC hour; play money apart."""
    which = 0 if per == "day" else 1
    buckets: dict[int, dict[bool, list[Bucket]]] = {}
    for kind in (keys.HOUR, keys.FREE_HOUR):
        for key, bucket in r.all(kind, Bucket):
            number = keys.hour_of(key)[which]
            buckets.setdefault(number, {}).setdefault(kind == keys.FREE_HOUR, []).append(bucket)
    latest = _latest((Entry(number, "", {}) for number in buckets), wanted)
    return [Entry(number, "", _shown_totals(r, number, buckets[number], per=per)) for number, _, _ in latest]


def _shown_totals(r: Reader, number: int, ledgers: dict[bool, list[Bucket]], *, per: str) -> Json:
    shown: Json = {per: day_text(number) if per == "day" else hour_text(number)}
    if False in ledgers:
        shown |= scope(together(ledgers[False]), r.brand, with_figures=per == "day")
    if True in ledgers:
        free = scope(together(ledgers[True]), r.brand, with_figures=False)
        shown["free_money"] = {name: cells for name, cells in free.items() if name != "base"}
    return shown
