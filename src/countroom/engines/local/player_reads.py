"""The lists of one player, a part at a time: out of one snapshot of his pages, and without holding up a commit."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Any, Final, cast

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import parse
from countroom.engines.local.known_reads import known_reads
from countroom.fold import keys
from countroom.fold.calendar import day_text, hour_text
from countroom.fold.codec import decode
from countroom.fold.pages import Bucket, DayPage, Known, RoundPage
from countroom.fold.reader import Reader
from countroom.fold.scopes import scope
from countroom.fold.settings import FoldSettings
from countroom.fold.shown_money import bonuses, payments
from countroom.fold.shown_play import rounds, sessions
from countroom.fold.shown_sports import sports_bets
from countroom.fold.step import exactly
from countroom.fold.sums import together
from countroom.fold.timeline import Wanted, timeline
from countroom.fold.timeline_entry import Entry
from countroom.ports import ShardStore

Json = dict[str, Any]


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

    def keep(self, kinds: tuple[bytes, ...], chosen: frozenset[bytes]) -> None:
        """Forget the pages whose key begins so, but for the chosen ones."""
        self._rows = {key: row for key, row in self._rows.items() if key in chosen or not key.startswith(kinds)}


def read_list(store: ShardStore, settings: FoldSettings, request: Json) -> Json | None:
    """A part of one of the player's lists, and where the next begins; None when nothing is known of him."""
    if request["list"] == "known":
        return known_reads(store, request)
    if request["list"] == "fact":
        return _fact(store, settings, request)
    key = PlayerKey(BrandId(str(request["brand"])), PlayerId(str(request["player"])))
    brand = settings.brands.get(key.brand)
    prefix = keys.of_player(key.brand, key.player)
    pages = Snapshot(store, dict(store.scan(prefix)))
    if brand is None or pages.get(prefix + keys.HEAD) is None:
        return None
    before = request.get("before")
    wanted = Wanted(
        kinds=frozenset(request.get("kinds") or ()),
        since=request.get("since"),
        until=request.get("until"),
        before=(before[0], before[1]) if before else None,
        limit=request["limit"],
    )
    r = Reader(pages, key, brand)
    with exactly():
        found = _found(r, pages, request, wanted)
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


def _found(r: Reader, pages: Snapshot, request: Json, wanted: Wanted) -> list[Entry]:
    match request["list"]:
        case "timeline":
            return timeline(r, wanted)
        case "rounds":
            return _rounds(r, pages, wanted)
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


_ROUNDS: Final = (keys.ROUND, keys.FREE_ROUND)


def _rounds(r: Reader, pages: Snapshot, wanted: Wanted) -> list[Entry]:
    """Rounds are many and dear to show: first those that are wanted are found by their pages, then shown."""
    marks = (
        Entry(g.first, _round_place(key[1:].decode(), n + 1, is_free=kind == keys.FREE_ROUND), {"key": r.prefix + key})
        for kind in _ROUNDS
        for key, page in r.all(kind, RoundPage)
        for n, g in enumerate(page.generations)
    )
    chosen = _latest(marks, wanted)
    pages.keep(tuple(r.prefix + kind for kind in _ROUNDS), frozenset(mark.shown["key"] for mark in chosen))  # type: ignore[misc]
    by_place = {
        _round_place(
            f"{shown['studio']}\0{shown['round_id']}", int(str(shown["generation"])), is_free="free_money" in shown
        ): shown
        for shown in rounds(r)
    }
    return [Entry(mark.at, mark.place, by_place[mark.place]) for mark in chosen]


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
