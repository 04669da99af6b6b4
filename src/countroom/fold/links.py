"""Links: from the fold of `Linked` on, partners are told; the facts at that moment make the initial events."""

from countroom.core.events import Linked, Unlinked
from countroom.core.signals import Signal
from countroom.fold.link_facts import link_facts
from countroom.fold.pages import Link
from countroom.fold.turn import Turn


def link(turn: Turn, event: Linked) -> None:
    """The player is linked; the link facts go to that partner alone, before anything live."""
    at = event.about.occurred_at
    old = turn.head.links.get(event.link_id)
    if old is not None and old.since > at:
        old.account = old.account or event.account
        return
    turn.head.links[event.link_id] = Link(event.partner, event.account, "linked", at)
    quiet = not event.about.is_loud
    about = event.about
    facts = link_facts(turn)
    turn.signals.append(Signal("link_facts", event.link_id, at, quiet, about.brand, about.player, facts, event.partner))


def unlink(turn: Turn, event: Unlinked) -> None:
    """The link is no more; nothing is told from here on."""
    at = event.about.occurred_at
    old = turn.head.links.get(event.link_id)
    if old is None or old.since <= at:
        turn.head.links[event.link_id] = Link(event.partner, old.account if old else "", "unlinked", at)
