"""Rollbacks in the pages of their targets, and those whose target has not come."""

from typing import cast

from countroom.core.identity import SEPARATOR, anchor, hits
from countroom.fold import keys
from countroom.fold.identity import forget, remember
from countroom.fold.pages import Rollback, RoundPage
from countroom.fold.sports_pages import SportsBetPage
from countroom.fold.turn import Turn


def put(turn: Turn, key: bytes, page: RoundPage | SportsBetPage, chain: list[Rollback]) -> None:
    """Put rollbacks into a page, and let their identities lead there."""
    for rollback in chain:
        if rollback not in page.rollbacks:
            page.rollbacks.append(rollback)
        remember(turn, rollback.source_id, rollback.business_id, key[len(turn.prefix) :])


def keep(turn: Turn, key: bytes, chain: list[Rollback]) -> None:
    """Keep rollbacks whose root target has not come."""
    if turn.pages.get(key) is None:
        turn.head.orphans += 1
    for rollback in chain:
        due = rollback.at + turn.brand.orphan_after
        if due not in turn.head.orphan_due:
            turn.head.orphan_due.append(due)
        turn.arm(due)
    page = turn.load(key, RoundPage)
    put(turn, key, page, chain)


def waiting(turn: Turn, source_id: str | None, business_id: str | None) -> list[Rollback]:
    """Orphaned rollbacks that aim at an event, and all that aims at them; taken out of their pages."""
    found: list[Rollback] = []
    anchors = sorted({anchor(i) for i in (source_id, business_id) if i})
    for of in anchors:
        key = keys.orphan_page(turn.prefix, of)
        page = cast("RoundPage | None", turn.pages.get(key))
        if page is None:
            continue
        mine = [r for r in page.rollbacks if hits(r.target, source_id, business_id)]
        grown = True
        while grown:
            more = [
                r
                for r in page.rollbacks
                if r not in mine and any(hits(r.target, m.source_id, m.business_id) for m in mine)
            ]
            mine += more
            grown = bool(more)
        found += mine
        for rollback in mine:
            if SEPARATOR in rollback.target:
                page.rollbacks.remove(rollback)
                forget(turn, rollback.source_id, rollback.business_id, key[len(turn.prefix) :])
        turn.touch(key, page if page.rollbacks else None)
        if not page.rollbacks:
            turn.head.orphans -= 1
    return found


def adopt(turn: Turn, page: RoundPage, key: bytes) -> None:
    """Take in the rollbacks that came before their target, the page's last activity."""
    activity = page.activities[-1]
    put(turn, key, page, waiting(turn, activity.source_id, activity.business_id))
