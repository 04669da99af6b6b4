"""Which events a shard knows already: asked of many at once, by their identities alone."""

from typing import Any, Final, cast

from countroom.core.identity import anchor, mark
from countroom.core.ids import BrandId, PlayerId
from countroom.fold import keys
from countroom.fold.codec import decode
from countroom.fold.pages import Known
from countroom.ports import ShardStore

Json = dict[str, Any]
_NONE: Final[tuple[Known, ...]] = ()


def known_reads(store: ShardStore, request: Json) -> Json:
    """For each of `events` (brand, player, identities) in their order, whether one of its identities is known."""
    found = []
    for brand, player, identities in request["events"]:
        ids = keys.ids_of_player(BrandId(brand), PlayerId(player))
        rows = [ids + str(anchor(identity)).encode() for identity in identities]
        known = [
            any(_is_it(one, identity) for one in (cast("list[Known]", decode(key, row)) if row else _NONE))
            for identity, key, row in zip(identities, rows, store.get_many(rows), strict=True)
        ]
        found.append(any(known))
    return {"known": found}


def _is_it(one: Known, identity: str) -> bool:
    # A row keeps an identity as its mark, or whole when it has another anchor.
    return identity in (one.source_mark, one.business_mark) or mark(identity) in (one.source_mark, one.business_mark)
