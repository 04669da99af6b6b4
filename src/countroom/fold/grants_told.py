"""What partners are told of a grant once it has ended, and when its wagering is reached; semantics.md 5.3, 9, 9.1."""

from countroom.core.money import plain
from countroom.fold.bonuses import shape, told
from countroom.fold.changes import Changes, Content, cause_of
from countroom.fold.money_pages import BonusPage
from countroom.fold.turn import Turn


def tell_changes(turn: Turn, found: Changes) -> None:
    """Say which ended grants changed, and which reached the turnover demanded of them, each once."""
    for page, was in found.grants.values():
        now = shape(page, turn.brand)
        if now == was:
            continue
        if was.ended_at and (now.state == was.state or now.state != "reversed"):
            page.revision += 1
            content = _grant(turn, page, page.revision) if turn.is_linked else None
            if content is not None:
                content["was"] = was.sums
            _tell(turn, "bonus_corrected", f"{page.user_bonus_id}/{now.state}/{page.revision}", content)
        if now.is_wagered and not was.is_wagered and now.required is not None:
            page.reached += 1
            content = _grant(turn, page, page.reached) if turn.is_linked else None
            name = f"{page.user_bonus_id}/{plain(now.required)}/{page.reached}"
            _tell(turn, "bonus_wagering_reached", name, content)


def _tell(turn: Turn, kind: str, subject: str, content: Content | None) -> None:
    turn.tell(kind, subject, turn.about.occurred_at, content)


def _grant(turn: Turn, page: BonusPage, revision: int) -> Content:
    """The grant as it stands, and why."""
    return told(page, turn.brand) | {"revision": revision} | cause_of(turn.about)
