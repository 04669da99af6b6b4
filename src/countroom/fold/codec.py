"""Pages as bytes: one encoder, and per kind of page its decoder, known by the key."""

from collections.abc import Callable
from typing import Final

import msgspec

from countroom.fold import keys
from countroom.fold.money_pages import BonusBets, BonusPage, PaymentPage
from countroom.fold.other_pages import CartPage, GamePage, ListsPage, LotteryPage, PokerPage
from countroom.fold.pages import Bucket, DayPage, Head, Known, RoundPage, RoundPart
from countroom.fold.profile_page import ProfilePage
from countroom.fold.sports_pages import OtherPlay, SportsBetPage

encode: Final = msgspec.msgpack.Encoder().encode
"""A page as bytes: arrays without field names, dictionaries in their order; equal pages give equal bytes."""

_KINDS: Final[dict[bytes, type[object]]] = {
    keys.HEAD: Head,
    keys.PROFILE: ProfilePage,
    keys.DAY: DayPage,
    keys.FREE_DAY: DayPage,
    keys.HOUR: Bucket,
    keys.FREE_HOUR: Bucket,
    keys.ROUND: RoundPage,
    keys.FREE_ROUND: RoundPage,
    keys.ROUND_PART: RoundPart,
    keys.OPEN_ROUND: int,
    keys.PAYMENT: PaymentPage,
    keys.BONUS: BonusPage,
    keys.BONUS_BETS: BonusBets,
    keys.ORPHAN: RoundPage,
    keys.SPORT: SportsBetPage,
    keys.OTHER_PLAY: OtherPlay,
    keys.LOTTERY: LotteryPage,
    keys.POKER: PokerPage,
    keys.CART: CartPage,
    keys.LISTS: ListsPage,
    keys.GAME: GamePage,
}
_DECODERS: Final[dict[int, Callable[[bytes], object]]] = {
    kind[0]: msgspec.msgpack.Decoder(page).decode for kind, page in _KINDS.items()
}
_decode_row: Final = msgspec.msgpack.Decoder(list[Known]).decode
_IDENTITY: Final = keys.IDENTITY[0]


def decode(key: bytes, row: bytes) -> object:
    """The page under `key` from its bytes.

    Raises:
        msgspec.MsgspecError: the bytes are not such a page.
    """
    if key[0] == _IDENTITY:
        return _decode_row(row)
    return _DECODERS[key[key.index(0, key.index(0) + 1) + 1]](row)
