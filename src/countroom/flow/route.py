"""Rows of the outboxes: what they say of links, and whom they are told to."""

from collections.abc import Mapping
from typing import Any, Final

from countroom.core.deliveries import Delivery, LinkView
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import Instant
from countroom.core.signals import LINK_FACTS, Signal
from countroom.flow.delivery_book import DeliveryLook
from countroom.flow.desk import Desk
from countroom.flow.gates import learned, shut
from countroom.flow.known_links import KnownLinks
from countroom.flow.unrecorded import Unrecorded
from countroom.ports import OutboxRow

LINKED: Final = "linked"
UNLINKED: Final = "unlinked"


class Router:
    """Takes rows in their order. Links of every partner are followed, messages are made for those with a desk."""

    def __init__(
        self, desks: Mapping[str, Desk], links: KnownLinks, *, look: DeliveryLook, unrecorded: Unrecorded, last: int
    ) -> None:
        """`last` is the highest number of a delivery so far."""
        self._desks = desks
        self._links = links
        self._look = look
        self._unrecorded = unrecorded
        self._last = last

    def take(self, row: OutboxRow, now: Instant) -> None:
        """Follow what the row says, and offer what it tells to the desks."""
        signal = row.signal
        if signal.partner is not None and signal.kind in (LINK_FACTS, LINKED, UNLINKED):
            self._follow(signal, PartnerId(signal.partner), now)
        for link in self._links.of(signal.brand, signal.player):
            if signal.partner is None or signal.partner == link.partner:
                self._learn(link, signal)
                desk = self._desks.get(link.partner)
                if desk is not None and (not desk.terms.brands or link.brand in desk.terms.brands):
                    self._tell(desk, link, signal, now)

    def _follow(self, signal: Signal, partner: PartnerId, now: Instant) -> None:
        content = signal.content or {}
        said: Any = content.get("link") if signal.kind == LINK_FACTS else content
        said = said if isinstance(said, Mapping) else {}
        link_id = LinkId(str(said.get("link_id") or signal.subject))
        link = self._links.named(signal.brand, signal.player, partner=partner, link_id=link_id)
        if signal.kind == UNLINKED:
            if link is not None and link.is_linked:
                self._end(link)
            return
        if link is not None and link.is_linked:
            link.account = str(said.get("account") or link.account)
            return
        for other in self._links.of(signal.brand, signal.player):
            if other.partner == partner:
                self._end(other)
        desk = self._desks.get(partner)
        not_before = Instant(now + desk.terms.settle if desk is not None else now)
        if link is None:
            link = LinkView(
                link=self._links.next_number(), partner=partner, brand=BrandId(signal.brand),
                player=PlayerId(signal.player), link_id=link_id, account=str(said.get("account") or ""),
                linked_at=Instant(signal.at), not_before=not_before,
            )  # fmt: skip
        else:
            link.is_linked, link.not_before, link.linked_at = True, not_before, Instant(signal.at)
            link.account = str(said.get("account") or link.account)
        self._links.stands(link)
        self._unrecorded.touch(link)
        # Without a word of the player there is nothing that a gate could know: it is looked at all the same.
        link.shut = shut(desk.terms.gates, link.facts) if desk is not None else ""

    def _end(self, link: LinkView) -> None:
        """The link is no more: what waits for it is withdrawn."""
        link.is_linked = False
        self._links.ended(link)
        desk = self._desks.get(link.partner)
        if desk is not None:
            desk.state.withdrawn += link.open
            desk.give_up(link)
            self._unrecorded.count(desk.name, desk.state)
        link.open = 0
        self._unrecorded.withdraw(link, self._last)

    def _learn(self, link: LinkView, signal: Signal) -> None:
        """What a gate looks at may have changed."""
        said = learned(signal)
        if not said or said.items() <= link.facts.items():
            return
        link.facts = link.facts | said
        desk = self._desks.get(link.partner)
        self.look_at_gates(desk, link)
        self._unrecorded.touch(link)

    def look_at_gates(self, desk: Desk | None, link: LinkView) -> None:
        """Shut or open the link by what is known of the player."""
        was = link.shut
        link.shut = shut(desk.terms.gates, link.facts) if desk is not None else ""
        if link.shut != was:
            self._unrecorded.touch(link)
            if desk is not None and link.shut:
                desk.forget(link)

    def _tell(self, desk: Desk, link: LinkView, signal: Signal, now: Instant) -> None:
        if signal.quiet:
            return  # It steers, and is told to nobody.
        for message in desk.dialect.messages(signal, link.recipient()):
            # What the initial messages told is not told again by the live one of the same fact, nor the other way.
            if self._unrecorded.knows(link.link, message.event_id) or self._look.knows(link.link, message.event_id):
                continue
            self._last += 1
            delivery = Delivery(
                number=self._last, link=link.link, partner=link.partner, message=message, created_at=now
            )
            self._unrecorded.add(delivery)
            desk.offer(link, delivery)
