"""What leaves the door of the house closed: personal values and refused receipts, sealed before they are kept."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.events import CustomHappened, Event, ProfileStated, Sealed
from countroom.core.identity import KEYED, Identity, mark
from countroom.core.item import EVENT_ONLY, Item, Reading
from countroom.core.rejection import Rejection
from countroom.ports import Personal, Refusal, Vault

_receipts = msgspec.msgpack.Encoder()


class ToSeal(msgspec.Struct):
    """One message that cannot be kept before something of it is sealed."""

    envelope: Envelope
    reading: Reading | list[Rejection]
    brand: str
    """Under whose quarantine key a refused one goes."""
    outcome: Item | Refusal | Unavailable = Unavailable("the vault has not been asked yet")
    """What to keep, or why it cannot be had now."""

    @property
    def rejections(self) -> Sequence[Rejection]:
        """What is wrong with the message; empty when nothing is."""
        return self.reading if isinstance(self.reading, list) else ()


def seal_group(works: Sequence[ToSeal], vault: Vault) -> None:
    """Set the outcome of each of `works`. May wait for the vault."""
    wanted: list[tuple[ToSeal, Reading]] = []
    for work in works:
        if isinstance(work.reading, Reading):
            wanted.append((work, work.reading))
        else:
            work.outcome = _refusal(work, vault)
    sealed = vault.seal_all([_personal(reading, work.envelope) for work, reading in wanted])
    for (work, reading), answer in zip(wanted, sealed, strict=True):
        if isinstance(answer, Unavailable):
            work.outcome = answer
        else:
            work.outcome = sealed_item(work.envelope.kind, reading, sealed=answer)


def sealed_item(kind: str, reading: Reading, *, sealed: tuple[Sealed, ...]) -> Item:
    """The item of `reading` with what was sealed in its place: on the event of the profile, else on the first.

    Two profile events with equal plain fields but unequal personal ones are two facts, and so are two
    custom events with unequal data. Decoding cannot tell, for its hash must not be taken of personal
    content without a key. So the hash of the tokens is appended to the mark of such an event's business
    identity. Equal values of one player have equal tokens: a repeat keeps its identity. A custom event that
    is known by a key of its kind has no need of it.
    """
    events = reading.events
    place = next((i for i, event in enumerate(events) if isinstance(event, ProfileStated)), 0)
    event = _with_sealed(events[place], sealed)
    return Item(kind, (*events[:place], event, *events[place + 1 :]), reading.original, reading.mapping)


def _with_sealed(event: Event, sealed: tuple[Sealed, ...]) -> Event:
    about = event.about
    business_id = about.business_id
    if isinstance(event, ProfileStated | CustomHappened) and business_id is not None and mark(business_id) != KEYED:
        told = sorted((s.field, s.token) for s in sealed if not s.field.startswith(EVENT_ONLY))
        if told:
            tokens = blake2b(digest_size=12)
            for field, token in told:
                tokens.update(b"%s\0%s\0" % (field.encode(), token))
            business_id = Identity(f"{business_id}.{tokens.hexdigest()}")
    about = msgspec.structs.replace(about, sealed=sealed, business_id=business_id)
    return msgspec.structs.replace(event, about=about)


def _personal(reading: Reading, envelope: Envelope) -> Personal:
    countries = (e.fields.get("country") for e in reading.events if isinstance(e, ProfileStated))
    return Personal(reading.player, reading.personal, envelope.received_at, next(filter(None, countries), ""))


def _refusal(work: ToSeal, vault: Vault) -> Refusal | Unavailable:
    envelope = work.envelope
    try:
        receipt = vault.seal_receipt(work.brand, _receipts.encode(envelope), at=envelope.received_at)
    except Unavailable as away:
        return away
    return Refusal(envelope.kind, tuple(r.kept() for r in work.rejections), receipt, envelope.received_at)
