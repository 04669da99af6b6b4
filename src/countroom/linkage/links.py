"""Links made and ended: one partner account belongs to one player, and a player has one account at each partner.

Each change is three steps that a kill may part: link, history, audit row and the intent to tell the log go down
together; then the event goes into the log; then the intent is struck off. What is left in between is told again at the
next start, and the fold, which knows each step by its identity, takes it once.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Contradicted, Missing, SettingsError, Unavailable
from countroom.core.events import About, Event, LinkBegun, Linked, Unlinked
from countroom.core.identity import identity
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, PlayerKey, SourceName, is_id
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.links import LinkFilter, LinkRow, LinkState, LinkStep
from countroom.core.sharding import shard_of, virtual_shard
from countroom.linkage.rows import LinkRows
from countroom.ports import EventLog

KIND: Final = "LINK"
SOURCE: Final = SourceName("admin")
_ID_BYTES: Final = 10
_AT_ONCE: Final = 500
_MOST_TEXT: Final = 200


class LinkWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to link to what."""

    brand: str
    player: str
    partner: str
    account: str = ""
    """What the partner knows the player by; the player's own id when left away."""


class Made(msgspec.Struct, frozen=True):
    """What became of a wish."""

    link: LinkRow
    is_new: bool
    """False when it stood so already."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What links may speak of."""

    brands: Collection[str]
    partners: Collection[str] | None
    """None: no partner is configured by name, any is taken."""
    shards: int


class Links:
    """Makes and ends links. One process, one thread at a time."""

    def __init__(
        self,
        rows: LinkRows,
        log: EventLog,
        *,
        known: Known,
        clock: Callable[[], Instant],
        chance: Callable[[int], bytes],
    ) -> None:
        self._rows = rows
        self._log = log
        self._known = known
        self._clock = clock
        self._chance = chance

    def begin(self, wanted: LinkWanted, mandate: Mandate) -> Made:
        """A pending link, of which nobody is told yet; the player's link there, if he has one already.

        Raises:
            SettingsError: brand, partner or an id cannot be.
            Unavailable: it cannot be recorded now. Nothing was.
        """
        player = self._checked(wanted)
        alive = self._rows.alive(player, wanted.partner)
        if alive is not None:
            return Made(alive, is_new=False)
        return Made(self._change(None, "pending", self._fresh(wanted, mandate), mandate), is_new=True)

    def link(self, wanted: LinkWanted, mandate: Mandate) -> Made:
        """The player's link to that account, made if it is not there.

        Raises:
            Contradicted: the account is another's, or the player has another account there.
            SettingsError: brand, partner or an id cannot be.
            Unavailable: it cannot be recorded now. Nothing was.
        """
        player = self._checked(wanted)
        alive = self._rows.alive(player, wanted.partner)
        account = wanted.account or (alive.account if alive else "") or wanted.player
        if alive is not None and alive.state == "linked":
            if alive.account == account:
                return Made(alive, is_new=False)
            self._refuse(mandate, alive, f"player {player} is linked to another account there, by link {alive.link_id}")
        holder = self._rows.holding(wanted.partner, account)
        if holder is not None:
            self._refuse(mandate, holder, f"account {account} at {wanted.partner} is held by link {holder.link_id}")
        link = msgspec.structs.replace(alive or self._fresh(wanted, mandate), account=account)
        return Made(self._change(alive, "linked", link, mandate), is_new=True)

    def unlink(self, link_id: str, mandate: Mandate) -> Made:
        """The link, ended; from here on its partner is told nothing of the player.

        Raises:
            Missing: there is no such link.
            Unavailable: it cannot be recorded now. Nothing was.
        """
        link = self.get(link_id)
        if link.state == "unlinked":
            return Made(link, is_new=False)
        return Made(self._change(link, "unlinked", link, mandate), is_new=True)

    def unlink_all(self, wanted: LinkFilter, mandate: Mandate) -> int:
        """End every link that is wanted; how many that were.

        Raises:
            Unavailable: it cannot be recorded now. Those counted before it are ended.
        """
        ended = 0
        before: int | None = None
        while page := self._rows.page(wanted, before=before, limit=_AT_ONCE):
            before = page[-1][0]
            alive = [link for _, link in page if link.state != "unlinked"]
            self._record([(link, *_changed(link, "unlinked", link, mandate)) for link in alive], mandate)
            ended += len(alive)
        return ended

    def get(self, link_id: str) -> LinkRow:
        """One link, whatever its state.

        Raises:
            Missing: there is none of this id.
        """
        link = self._rows.get(link_id)
        if link is None:
            raise Missing(f"link {link_id}: there is none", remedy="'countroom link list' shows what there is")
        return link

    def history(self, link_id: str) -> list[LinkStep]:
        """Every step of a link, in order."""
        return self._rows.history(link_id)

    def page(self, wanted: LinkFilter, *, before: int | None, limit: int) -> list[tuple[int, LinkRow]]:
        """Links with their numbers, the latest made first, those with a number below `before`."""
        return self._rows.page(wanted, before=before, limit=limit)

    def count(self, wanted: LinkFilter) -> int:
        """How many there are."""
        return self._rows.count(wanted)

    def finish(self) -> int:
        """Tell the log what a kill or an outage left untold; how many steps that were.

        Raises:
            Unavailable: the log or the rows cannot be written now. Nothing is lost: call it again.
        """
        told = 0
        while untold := self._rows.untold(_AT_ONCE):
            items: dict[int, list[Item]] = {}
            for link, step in untold:
                shard = shard_of(virtual_shard(link.key), self._known.shards)
                items.setdefault(shard, []).append(_item(link, step))
            self._log.append(items, (), self._clock())
            self._rows.told([step for _, step in untold])
            told += len(untold)
        return told

    def _change(self, before: LinkRow | None, state: LinkState, link: LinkRow, mandate: Mandate) -> LinkRow:
        after, step = _changed(before, state, link, mandate)
        self._record([(before, after, step)], mandate)
        return after

    def _record(self, changes: Iterable[tuple[LinkRow | None, LinkRow, LinkStep]], mandate: Mandate) -> None:
        rows = [
            (
                after,
                step,
                entry_of(
                    mandate, f"link.{_ACTS[step.state]}", after.link_id, before=_shown(before), after=_shown(after)
                ),
            )
            for before, after, step in changes
        ]
        self._rows.record(rows, mandate)
        try:
            self.finish()
        except Unavailable:
            # The change stands and its intent with it: whoever calls `finish` next tells the log.
            return

    def _refuse(self, mandate: Mandate, holder: LinkRow, why: str) -> None:
        self._rows.note(entry_of(mandate, "link.refuse", holder.link_id, before=None, after=None))
        raise Contradicted(
            f"partner {holder.partner}: expected an account and a player without another link there; {why}",
            remedy=f"end that one first: 'countroom link remove {holder.link_id}'",
        )

    def _fresh(self, wanted: LinkWanted, mandate: Mandate) -> LinkRow:
        return LinkRow(
            link_id=LinkId(f"l-{self._chance(_ID_BYTES).hex()}"),
            partner=PartnerId(wanted.partner),
            brand=BrandId(wanted.brand),
            player=PlayerId(wanted.player),
            account=wanted.account,
            state="pending",
            since=mandate.at,
            begun_at=mandate.at,
            cause=mandate.reason,
            by=mandate.who,
            steps=0,
        )

    def _checked(self, wanted: LinkWanted) -> PlayerKey:
        known = self._known
        if wanted.brand not in known.brands:
            raise SettingsError(f"brand: expected one of {', '.join(sorted(known.brands))}, got {wanted.brand!r}")
        if known.partners is not None and wanted.partner not in known.partners:
            there = ", ".join(sorted(known.partners)) or "a configured partner, of which there is none"
            raise SettingsError(f"partner: expected one of {there}, got {wanted.partner!r}")
        for name in ("player", "partner", "account"):
            value = getattr(wanted, name)
            if not is_id(value) and (value or name != "account"):
                raise SettingsError(f"{name}: expected 1 to {_MOST_TEXT} printable characters, got {len(value)}")
        return PlayerKey(BrandId(wanted.brand), PlayerId(wanted.player))


_ACTS: Final[dict[str, str]] = {"pending": "begin", "linked": "add", "unlinked": "remove"}


def _changed(before: LinkRow | None, state: LinkState, link: LinkRow, mandate: Mandate) -> tuple[LinkRow, LinkStep]:
    """The link as it becomes, and the step to there. Steps of one link never share an instant."""
    at = mandate.at if before is None else Instant(max(mandate.at, before.since + 1))
    after = msgspec.structs.replace(
        link, state=state, since=at, cause=mandate.reason, by=mandate.who, steps=link.steps + 1
    )
    step = LinkStep(
        link_id=link.link_id,
        number=after.steps,
        state=state,
        at=at,
        by=mandate.who,
        cause=mandate.reason,
        account=after.account,
    )
    return after, step


def _shown(link: LinkRow | None) -> dict[str, str] | None:
    if link is None:
        return None
    return {
        "state": link.state,
        "partner": link.partner,
        "brand": link.brand,
        "player": link.player,
        "account": link.account,
    }


def _item(link: LinkRow, step: LinkStep) -> Item:
    about = About(
        brand=link.brand,
        player=link.player,
        source=SOURCE,
        occurred_at=step.at,
        received_at=step.at,
        source_id=identity("link", link.link_id, f"{step.state}.{step.number}"),
    )
    told = {"link_id": link.link_id, "partner": link.partner, "account": step.account, "cause": step.cause}
    return Item(KIND, (_event(about, link, step),), msgspec.json.encode({**told, "state": step.state, "by": step.by}))


def _event(about: About, link: LinkRow, step: LinkStep) -> Event:
    link_id, partner = link.link_id, link.partner
    match step.state:
        case "pending":
            return LinkBegun(about=about, link_id=link_id, partner=partner, account=step.account, cause=step.cause)
        case "linked":
            return Linked(about=about, link_id=link_id, partner=partner, account=step.account, cause=step.cause)
        case "unlinked":
            return Unlinked(about=about, link_id=link_id, partner=partner, cause=step.cause)
