"""Links: from the fold of `Linked` on, partners are told; the facts at that moment make the initial events."""

from countroom.core.events import LinkBegun, Linked, Unlinked
from countroom.core.signals import LINK_FACTS, Signal
from countroom.fold.link_facts import link_facts
from countroom.fold.pages import Link
from countroom.fold.turn import Turn


def begin(turn: Turn, event: LinkBegun) -> None:
    """A link was asked for: it is pending, unless more was said of it already. Nothing is told."""
    at = event.about.occurred_at
    old = turn.head.links.get(event.link_id)
    if old is None or (old.state == "pending" and old.since <= at):
        turn.head.links[event.link_id] = Link(event.partner, event.account, "pending", at)
        turn.note_links()


def link(turn: Turn, event: Linked) -> None:
    """The player is linked; the link facts go to that partner alone, before anything live."""
    at = event.about.occurred_at
    old = turn.head.links.get(event.link_id)
    if old is not None and _stands(old, at):
        old.account = old.account or event.account
        return
    turn.head.links[event.link_id] = new = Link(event.partner, event.account, "linked", at)
    turn.note_links()
    if old is not None and (old.state, old.partner, old.account) == (new.state, new.partner, new.account):
        return  # Said once more; it was told.
    _tell(turn, LINK_FACTS, event, link_facts(turn, event))
    content = {"link_id": event.link_id, "account": event.account, "cause": event.cause, "at": at}
    _tell(turn, "linked", event, content)


def unlink(turn: Turn, event: Unlinked) -> None:
    """The link is no more; nothing is told to that partner from here on."""
    at = event.about.occurred_at
    old = turn.head.links.get(event.link_id)
    if old is not None and old.state != "pending" and old.since > at:
        return
    account = old.account if old is not None and old.state != "pending" else ""
    turn.head.links[event.link_id] = Link(event.partner, account, "unlinked", at)
    turn.note_links()
    if old is not None and old.state == "linked":
        _tell(turn, "unlinked", event, {"link_id": event.link_id, "account": account, "cause": event.cause, "at": at})


def _stands(old: Link, at: int) -> bool:
    """True when what was said of the link holds against a `Linked` of that time; at one instant the end wins."""
    if old.state == "pending":
        return False
    return old.since > at or (old.since == at and old.state == "unlinked")


def _tell(turn: Turn, kind: str, event: Linked | Unlinked, content: dict[str, object]) -> None:
    """Say it to the partner of the link alone, also when the player is linked nowhere any more."""
    about = event.about
    at, quiet = about.occurred_at, not about.is_loud
    signal = Signal(kind, event.link_id, at, quiet, about.brand, about.player, content, event.partner)
    turn.signals.append(signal)
