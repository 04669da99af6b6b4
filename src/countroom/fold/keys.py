"""Keys of pages: all that is known of one player lies side by side.

`p` brand NUL player NUL kind rest. Ids hold no control characters, so NUL separates.
Identities have a table of their own, `i`, as most look-ups there answer "not there".
"""

from functools import lru_cache
from typing import Final

from countroom.core.ids import PlayerKey

PAGE: Final = b"p"
IDENTITY: Final = b"i"

HEAD: Final = b"h"
PROFILE: Final = b"f"
DAY: Final = b"d"
FREE_DAY: Final = b"e"
HOUR: Final = b"n"
FREE_HOUR: Final = b"m"
ROUND: Final = b"r"
FREE_ROUND: Final = b"s"
ROUND_PART: Final = b"q"
OPEN_ROUND: Final = b"o"
PAYMENT: Final = b"y"
BONUS: Final = b"b"
BONUS_BETS: Final = b"c"
ORPHAN: Final = b"x"
SPORT: Final = b"w"
OTHER_PLAY: Final = b"v"
LOTTERY: Final = b"l"
POKER: Final = b"k"
CART: Final = b"t"
LISTS: Final = b"a"
GAME: Final = b"g"

UNDOABLE: Final = (ROUND, FREE_ROUND, SPORT, ORPHAN)
"""Kinds of page whose facts a rollback can take back; aimed at anything else it waits as an orphan."""


def of_player(brand: str, player: str) -> bytes:
    """What every page key of a player begins with."""
    return f"p{brand}\0{player}\0".encode()


def ids_of_player(brand: str, player: str) -> bytes:
    """What every identity row's key of a player begins with."""
    return f"i{brand}\0{player}\0".encode()


@lru_cache(maxsize=200_000)
def player_keys(brand: str, player: str) -> tuple[bytes, bytes, bytes]:
    """What a player's page keys begin with, the key of his head, and what his identity rows' keys begin with."""
    prefix = of_player(brand, player)
    return prefix, prefix + HEAD, ids_of_player(brand, player)


def day_page(prefix: bytes, day: int, *, free: bool) -> bytes:
    """A brand day of one ledger; big-endian, so that days lie in order."""
    return prefix + (FREE_DAY if free else DAY) + (day + 0x8000).to_bytes(3, "big")


def hours_of_day(prefix: bytes, day: int, *, free: bool) -> bytes:
    """What the keys of the UTC hours of a brand day begin with."""
    return prefix + (FREE_HOUR if free else HOUR) + (day + 0x8000).to_bytes(3, "big")


def hour_page(prefix: bytes, day: int, hour: int, *, free: bool) -> bytes:
    """The part of a UTC hour (counted since 1970) that lies in a brand day."""
    return hours_of_day(prefix, day, free=free) + hour.to_bytes(4, "big")


def hour_of(key: bytes) -> tuple[int, int]:
    """Brand day and UTC hour back from an hour page's key."""
    return int.from_bytes(key[-7:-4], "big") - 0x8000, int.from_bytes(key[-4:], "big")


def day_of(key: bytes) -> int:
    """The brand day back from a day page's key."""
    return int.from_bytes(key[-3:], "big") - 0x8000


def round_page(prefix: bytes, studio: str, round_id: str, *, free: bool) -> bytes:
    """All generations of one round id."""
    return prefix + (FREE_ROUND if free else ROUND) + f"{studio}\0{round_id}".encode()


def round_part(prefix: bytes, rest: bytes, number: int) -> bytes:
    """A part of a large round, whose own page lies under `rest`."""
    return prefix + ROUND_PART + rest + b"\0" + number.to_bytes(4, "big")


def payment_page(prefix: bytes, direction: str, payment_id: str) -> bytes:
    """One payment."""
    return prefix + PAYMENT + f"{payment_id}\0{direction}".encode()


def bonus_page(prefix: bytes, user_bonus_id: str) -> bytes:
    """One grant."""
    return prefix + BONUS + user_bonus_id.encode()


def bonus_bets_page(prefix: bytes, user_bonus_id: str, part: int) -> bytes:
    """One part of the postings that name a grant."""
    return prefix + BONUS_BETS + user_bonus_id.encode() + b"\0" + part.to_bytes(3, "big")


def orphan_page(prefix: bytes, anchor: str) -> bytes:
    """Rollbacks whose target has not come."""
    return prefix + ORPHAN + anchor.encode()


def sport_page(prefix: bytes, bet_id: str) -> bytes:
    """One sports bet, of either ledger: its legs do not say of which they are."""
    return prefix + SPORT + bet_id.encode()


def lottery_page(prefix: bytes, lottery_id: str, draw_id: str, ticket_id: str) -> bytes:
    """One lottery ticket, or one transaction."""
    return prefix + LOTTERY + f"{lottery_id}\0{draw_id}\0{ticket_id}".encode()


def poker_page(prefix: bytes, game: str, container_id: str) -> bytes:
    """One poker tournament or table."""
    return prefix + POKER + f"{game}\0{container_id}".encode()


def cart_page(prefix: bytes, cart_id: str) -> bytes:
    """One cart."""
    return prefix + CART + cart_id.encode()


def game_page(prefix: bytes, game: str) -> bytes:
    """One entry of the brand's catalogue, under the player without a name."""
    return prefix + GAME + game.encode()


def player_of(key: bytes) -> PlayerKey:
    """Whose page a key is of."""
    brand, player, _ = key[1:].decode(errors="surrogateescape").split("\0", 2)
    return PlayerKey(brand, player)  # type: ignore[arg-type]
