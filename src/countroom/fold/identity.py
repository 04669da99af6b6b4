"""Dedupe, the first step of the fold: every identity is remembered for ever, in its anchor's row; semantics.md 1."""

from typing import cast

from countroom.core.events import About
from countroom.core.identity import SEPARATOR, anchor, mark
from countroom.fold import keys
from countroom.fold.pages import Known
from countroom.fold.turn import Turn


def row_keys(about: About) -> list[bytes]:
    """Keys of the rows that may remember an event: one when both its identities share their anchor."""
    source, business = about.source_id, about.business_id
    if source is not None and business is not None:
        of = source.partition(SEPARATOR)[0]
        if business.startswith(of + SEPARATOR):
            return [keys.ids_of_player(about.brand, about.player) + of.encode()]
    anchors = {i.partition(SEPARATOR)[0] for i in (source, business) if i}
    prefix = keys.ids_of_player(about.brand, about.player)
    return [prefix + a.encode() for a in anchors]


def _short(identity: str | None, of: str) -> str:
    """An identity as the row of anchor `of` keeps it: its mark, or whole when its anchor is another."""
    if identity is None:
        return ""
    return mark(identity) if anchor(identity) == of else identity


def _full(short: str, of: str) -> str:
    return short if not short or SEPARATOR in short else of + SEPARATOR + short


def known(turn: Turn, identity: str) -> list[tuple[Known, str, str]]:
    """Remembered events that an identity, or a bare anchor, means: (row, source id, business id)."""
    of = anchor(identity)
    row = cast(
        "list[Known] | None",
        turn.pages.get(keys.ids_of_player(turn.about.brand, turn.about.player) + of.encode()),
    )
    if not row:
        return []
    found = [(k, _full(k.source_mark, of), _full(k.business_mark, of)) for k in row]
    if SEPARATOR not in identity:
        return [f for f in found if not f[2].endswith("rollback")]
    return [f for f in found if identity in f[1:]]


def matches(turn: Turn, about: About) -> list[tuple[bytes, str, str]]:
    """Different earlier events that either identity of an event matches: (page, source id, business id)."""
    found: list[tuple[bytes, str, str]] = []
    rows = row_keys(about)
    if all(turn.pages.get(key) is None for key in rows):
        return found
    for identity in (about.source_id, about.business_id):
        if identity is None:
            continue
        for k, source, business in known(turn, identity):
            if (k.page, source, business) not in found:
                found.append((k.page, source, business))
    return found


def remember(turn: Turn, source_id: str | None, business_id: str | None, page: bytes) -> None:
    """Note where an event lives, under each of its anchors; what was noted of it before is replaced."""
    prefix = keys.ids_of_player(turn.about.brand, turn.about.player)
    if source_id is not None and business_id is not None:
        of, _, source_mark = source_id.partition(SEPARATOR)
        other, _, business_mark = business_id.partition(SEPARATOR)
        if of == other:
            key = prefix + of.encode()
            if turn.pages.get(key) is None:
                turn.pages.put(key, [Known(page, source_mark, business_mark)])
                return
    for of in {anchor(i) for i in (source_id, business_id) if i}:
        entry = Known(page, _short(source_id, of), _short(business_id, of))
        key = prefix + of.encode()
        row = cast("list[Known] | None", turn.pages.get(key))
        if row is None:
            turn.pages.put(key, [entry])
            continue
        row[:] = _without(row, entry)
        row.append(entry)
        turn.pages.put(key, row)


def _without(row: list[Known], entry: Known) -> list[Known]:
    return [k for k in row if (k.source_mark, k.business_mark) != (entry.source_mark, entry.business_mark)]
