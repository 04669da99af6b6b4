"""What is said over the vault's socket: msgpack, each message with its length in four bytes before it."""

from typing import Final

import msgspec

from countroom.core.ids import PlayerKey
from countroom.core.instants import Instant
from countroom.ports import KeptValue

LENGTH_BYTES: Final = 4
MOST_BYTES: Final = 64 << 20
"""A message above this is no message of ours."""


class Ask(msgspec.Struct, frozen=True, array_like=True):
    """What a client asks."""


class Say(msgspec.Struct, frozen=True, array_like=True):
    """What the vault answers."""


class AskKeys(Ask, frozen=True, array_like=True, tag="keys"):
    """The keys of `players`; those who have none get one if `create`."""

    players: tuple[PlayerKey, ...]
    create: bool
    at: Instant


class SayKeys(Say, frozen=True, array_like=True, tag="keys"):
    """Their keys in the order asked; empty for an erased player, or one without a key."""

    keys: tuple[bytes, ...]


class ToIndex(msgspec.Struct, frozen=True, array_like=True):
    """An e-mail or phone in clear, to be found by its player later."""

    player: PlayerKey
    field: str
    value: str
    country: str = ""


class AskKeep(Ask, frozen=True, array_like=True, tag="keep"):
    """Keep these values, and enter these into the blind index."""

    values: tuple[KeptValue, ...]
    index: tuple[ToIndex, ...]
    at: Instant


class SayKept(Say, frozen=True, array_like=True, tag="kept"):
    """Done. Of players in `erased` nothing was kept."""

    erased: tuple[PlayerKey, ...] = ()


class AskQuarantineKey(Ask, frozen=True, array_like=True, tag="quarantine"):
    """The quarantine key of a brand and month; made if there is none and `create`."""

    brand: str
    month: str
    create: bool
    at: Instant


class SayQuarantineKey(Say, frozen=True, array_like=True, tag="quarantine"):
    """It; empty when there is none."""

    key: bytes


class AskPlayers(Ask, frozen=True, array_like=True, tag="players"):
    """Who has or had this e-mail or phone."""

    brand: str
    field: str
    value: str
    country: str = ""


class SayPlayers(Say, frozen=True, array_like=True, tag="players"):
    """They, in order of id."""

    players: tuple[PlayerKey, ...]


class AskValues(Ask, frozen=True, array_like=True, tag="values"):
    """All values of a player."""

    player: PlayerKey


class SayValues(Say, frozen=True, array_like=True, tag="values"):
    """They, in order of field and token."""

    values: tuple[KeptValue, ...]


class AskErase(Ask, frozen=True, array_like=True, tag="erase"):
    """Forget a player for ever."""

    player: PlayerKey
    at: Instant


class AskWell(Ask, frozen=True, array_like=True, tag="well"):
    """Is the vault there?"""


class SayTrouble(Say, frozen=True, array_like=True, tag="trouble"):
    """It could not be done now; nothing was recorded."""

    text: str
    retry_after_s: float


AnyAsk = AskKeys | AskKeep | AskQuarantineKey | AskPlayers | AskValues | AskErase | AskWell
AnySay = SayKeys | SayKept | SayQuarantineKey | SayPlayers | SayValues | SayTrouble

encode = msgspec.msgpack.Encoder().encode
ask_decoder: Final = msgspec.msgpack.Decoder(AnyAsk)
say_decoder: Final = msgspec.msgpack.Decoder(AnySay)


def framed(message: AnyAsk | AnySay) -> bytes:
    """The message with its length before it."""
    body = encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body
