"""Dedupe, the first step of the fold: every identity is remembered for ever, in its anchor's row; semantics.md 1."""

from countroom.core.events import About
from countroom.core.identity import SEPARATOR, anchor, mark
from countroom.fold.pages import Known
from countroom.fold.turn import Turn


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
    row: list[Known] | None = turn.pages.get(turn.ids + of.encode())
    if not row:
        return []
    found = [(k, _full(k.source_mark, of), _full(k.business_mark, of)) for k in row]
    if SEPARATOR not in identity:
        return [f for f in found if not f[2].endswith("rollback")]
    return [f for f in found if identity in f[1:]]


def matches(turn: Turn, about: About) -> list[tuple[bytes, str, str]]:
    """Different earlier events that either identity of an event matches: (page, source id, business id)."""
    found: dict[tuple[str, str], bytes] = {}
    pages = turn.pages
    for key in turn.rows:
        if pages.get(key) is not None:
            break
    else:
        turn.is_unheard = True
        return []
    for identity in (about.source_id, about.business_id):
        if identity is not None:
            for k, source, business in known(turn, identity):
                found.setdefault((source, business), k.page)
    return [(page, source, business) for (source, business), page in found.items()]


def remember(turn: Turn, source_id: str | None, business_id: str | None, page: bytes) -> None:
    """Note that an event lives in `page`, under each of its anchors."""
    about = turn.about
    is_unheard, turn.is_unheard = turn.is_unheard, False
    if is_unheard and len(turn.rows) == 1 and source_id and business_id and source_id is about.source_id:
        [key] = turn.rows
        known_as = source_id[source_id.rfind(SEPARATOR) + 1 :], business_id[business_id.rfind(SEPARATOR) + 1 :]
        turn.pages.put(key, [Known(page, *known_as, turn.quiet)])
        return
    for of in sorted({anchor(i) for i in (source_id, business_id) if i}):
        entry = Known(page, _short(source_id, of), _short(business_id, of), not about.is_loud)
        key = turn.ids + of.encode()
        row: list[Known] = turn.pages.get(key) or []
        if not any(_same(k, entry) for k in row):
            turn.pages.put(key, [*row, entry])


def forget(turn: Turn, source_id: str | None, business_id: str | None, page: bytes) -> None:
    """Note that an event lives in `page` no longer."""
    for of in sorted({anchor(i) for i in (source_id, business_id) if i}):
        entry = Known(page, _short(source_id, of), _short(business_id, of))
        key = turn.ids + of.encode()
        row: list[Known] = turn.pages.get(key) or []
        left = [k for k in row if not _same(k, entry)]
        if left != row:
            turn.pages.put(key, left or None)


def _same(a: Known, b: Known) -> bool:
    return (a.page, a.source_mark, a.business_mark) == (b.page, b.source_mark, b.business_mark)


def make_loud(turn: Turn) -> bool:
    """True when the event was only ever taken quietly before; from now on it is loud."""
    changed = False
    about = turn.about
    for identity in (about.source_id, about.business_id):
        if identity is None:
            continue
        key = turn.ids + anchor(identity).encode()
        row: list[Known] = turn.pages.get(key) or []
        hit = [k for k, source, business in known(turn, identity) if identity in (source, business) and k.quiet]
        if hit:
            loud = [Known(k.page, k.source_mark, k.business_mark) if k in hit else k for k in row]
            turn.pages.put(key, loud)
            changed = True
    return changed
