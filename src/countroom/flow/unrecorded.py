"""What delivery has taken, sent and learned since it last recorded, on its way into one transaction."""

import msgspec

from countroom.core.deliveries import Act, Change, Delivery, LinkView, Outcome, PartnerState
from countroom.core.instants import Instant


class Unrecorded:
    """Gathers a change. Who must be told when an operator's act is recorded waits for it elsewhere."""

    def __init__(self) -> None:
        self._change = Change(at=Instant(0))
        self.recording: Change | None = None
        """The change that is being recorded, or could not be: it goes first."""
        self._touched: dict[int, LinkView] = {}
        self._busy: set[int] = set()
        self._held: dict[int, LinkView] = {}
        self._keys: set[tuple[int, str]] = set()
        self._keys_recording: set[tuple[int, str]] = set()

    @property
    def size(self) -> int:
        """Deliveries and tries that are not recorded."""
        change, recording = self._change, self.recording
        waiting = len(change.fresh) + len(change.outcomes)
        return waiting + (len(recording.fresh) + len(recording.outcomes) if recording else 0)

    @property
    def is_empty(self) -> bool:
        """True when all is recorded, or being recorded."""
        return self._change.is_empty and not self._touched

    def is_busy(self, link: int) -> bool:
        """True when something of the link was learned since the last record began: the store does not know it yet."""
        return link in self._busy

    def is_accepted(self, number: int) -> bool:
        """True when a delivery was accepted, and that is not recorded yet."""
        every = self._change.outcomes + (self.recording.outcomes if self.recording else [])
        return any(outcome.accepted and outcome.delivery.number == number for outcome in every)

    def holds(self, link: LinkView) -> bool:
        """True when something of the link is not recorded."""
        return link.link in self._busy or link.link in self._touched or link.link in self._held

    def knows(self, link: int, event_id: str) -> bool:
        """True when a delivery of this event by this link is not recorded yet."""
        return (link, event_id) in self._keys or (link, event_id) in self._keys_recording

    def took(self, shard: int, upto: int) -> None:
        """The outbox of a shard was taken up to this number."""
        self._change.cursors[shard] = upto

    def add(self, delivery: Delivery) -> None:
        """A new delivery."""
        self._change.fresh.append(delivery)
        self._busy.add(delivery.link)
        self._keys.add((delivery.link, delivery.message.event_id))

    def ended(self, outcome: Outcome) -> None:
        """A try ended."""
        self._change.outcomes.append(outcome)
        self._busy.add(outcome.delivery.link)

    def touch(self, link: LinkView) -> None:
        """Something about the link changed; its first waiting delivery is called."""
        self._touched[link.link] = link
        self._busy.add(link.link)

    def withdraw(self, link: LinkView, upto: int) -> None:
        """What waits for the link, up to this number, is withdrawn."""
        self._change.withdrawn.append((link.link, upto))
        self.touch(link)

    def reopen(self, link: LinkView, number: int) -> None:
        """A delivery waits again, or is to be tried at once."""
        self._change.reopened.append((number, link.link))
        self.touch(link)

    def drop(self, link: LinkView, number: int) -> None:
        """A delivery is given up."""
        self._change.dropped.append(number)
        self.touch(link)

    def act(self, act: Act) -> None:
        """An operator did something."""
        self._change.acts.append(act)

    def count(self, partner: str, state: PartnerState) -> None:
        """What is counted or set for a partner changed."""
        self._change.partners[partner] = state

    def begin(self, now: Instant, links: dict[int, LinkView]) -> Change:
        """The change so far, as it is at this moment. `links` are at hand by number; call `recorded` or `again`."""
        change = self._change
        change.at = now
        accepted = {outcome.delivery.number for outcome in change.outcomes if outcome.accepted}
        fresh = {delivery.number for delivery in change.fresh}
        waiting = {delivery.link for delivery in change.fresh if delivery.number not in accepted}
        tried = {outcome.delivery.link for outcome in change.outcomes if outcome.delivery.number not in fresh}
        for number in waiting | tried:
            self._touched.setdefault(number, links[number])
        change.links = [msgspec.structs.replace(link) for link in self._touched.values()]
        change.partners = {name: msgspec.structs.replace(state) for name, state in change.partners.items()}
        self.recording = change
        self._held = self._touched | {n: links[n] for n in self._busy if n in links}
        self._keys_recording = self._keys
        self._change, self._touched, self._busy, self._keys = Change(at=now), {}, set(), set()
        return change

    def recorded(self) -> None:
        """What `begin` gave is recorded."""
        self.recording = None
        self._held = {}
        self._keys_recording = set()
