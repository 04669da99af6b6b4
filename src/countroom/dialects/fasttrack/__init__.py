"""Fast Track CRM's dialect: what an operator sends it, read into canonical events.

`decode` reads one message, `decode_mended` by a mapping; `catalogue` says which there are and where they are posted.
"""

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.item import Reading
from countroom.core.rejection import Reason, Rejection
from countroom.dialects import mapping, readers
from countroom.dialects.brands import DialectSettings
from countroom.dialects.fasttrack import casino, catalogue, mended, quick
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.fasttrack.sealing import reading
from countroom.dialects.mapping import Mender
from countroom.dialects.readers import Body

__all__ = ["decode", "decode_mended"]


def decode(envelope: Envelope, settings: DialectSettings) -> Reading | list[Rejection]:
    """What one message says, or everything that is wrong with it, each with its place.

    Never raises, whatever the payload. The reading's `personal` values must be sealed before anything is kept.
    """
    page = catalogue.BY_KIND.get(envelope.kind) or catalogue.page_of(envelope.kind)
    if page is None:
        return [_unread()]
    body = readers.read(envelope.payload)
    if isinstance(body, Rejection):
        return [body]
    if page is casino.PAGE and body.is_flat:
        event = quick.play(body.values, envelope, settings=settings)
        if event is not None:
            return Reading((event,), envelope.payload)
    return thorough(envelope, settings, page=page, body=body)


def decode_mended(envelope: Envelope, settings: DialectSettings, mender: Mender) -> Reading | list[Rejection]:
    """The same by a mapping, whose version is noted: where no rule changes the message, exactly the same."""
    page = catalogue.page_of(envelope.kind)
    if page is None:
        return [_unread()]
    body = readers.read(envelope.payload)
    if isinstance(body, Rejection):
        return [body]
    told = mapping.told(envelope.payload, body.path)
    values = mender.mend(envelope.kind, told)
    if values is told:
        found = decode(envelope, settings)  # Read once more; a message that needs no mending is quick to read.
    else:
        values = mapping.plain(values)
        rewritten, as_mended = mended.written(envelope, values, path=body.path)
        found = thorough(rewritten, settings, page=page, body=as_mended)
        if isinstance(found, Reading):
            message = Message(body, envelope, settings=settings, origins=page.origins)
            found = mended.as_it_came(found, message, came=body, mended=values, page=page)
    return msgspec.structs.replace(found, mapping=mender.version) if isinstance(found, Reading) else found


def _unread() -> Rejection:
    read = ", ".join(dict.fromkeys(page.kind for page in catalogue.BY_KIND.values()))
    return Rejection(Reason.UNKNOWN_TYPE, f"expected a message type that is read here: {read}")


def thorough(envelope: Envelope, settings: DialectSettings, *, page: Page, body: Body) -> Reading | list[Rejection]:
    """The same, by the page's own way: every form, and every error."""
    message = Message(body, envelope, settings=settings, origins=page.origins)
    events = page.decode(message)
    _ = message.is_quiet  # Where the page made no event of it, its mark was not looked at.
    if message.rejections or page in catalogue.UNDEMANDING:
        meant = catalogue.meant(body.values)
        if meant is not None and meant is not page:
            return [_wrong_path(page, meant)]
        if message.rejections:
            return message.rejections
    return reading(message, events, page=page, body=body)


def _wrong_path(page: Page, meant: Page) -> Rejection:
    path = catalogue.path_of(meant)
    return Rejection(
        Reason.WRONG_PATH,
        f"expected a message of the kind {page.says}, got one of the kind {meant.says}; "
        f"send it to POST {path}, or with the message type {meant.kind}",
    )
