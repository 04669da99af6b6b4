"""What happened to a player, out of his pages: every fact that was taken, void ones too, the latest first."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Final, NamedTuple

from countroom.core.instants import Instant, iso
from countroom.core.money import plain
from countroom.fold import keys
from countroom.fold.figures import Json
from countroom.fold.money_pages import BonusPage, PaymentPage
from countroom.fold.pages import LOSS, WHOLE, WIN, Activity, DayPage, RoundPage
from countroom.fold.profile_page import ProfilePage, Stated
from countroom.fold.reader import Reader
from countroom.fold.rounds import split
from countroom.fold.scopes import shown_pockets
from countroom.fold.timeline_entry import Entry, Make, entry, named
from countroom.fold.timeline_others import OTHERS


class Wanted(NamedTuple):
    """Which facts, and how many."""

    kinds: frozenset[str] = frozenset()
    """None of them: all."""
    since: int | None = None
    until: int | None = None
    """Before this instant."""
    before: tuple[int, str] | None = None
    """Only what lies before this entry."""
    limit: int = 100


def timeline(r: Reader, wanted: Wanted) -> list[Entry]:
    """The latest `limit` facts that are wanted, the latest first."""
    sources = [make for kinds, make in SOURCES if not wanted.kinds or kinds & wanted.kinds]
    found = (one for make in sources for one in make(r) if _is_wanted(one, wanted))
    return nlargest(wanted.limit, found, key=lambda one: (one.at, one.place))


def _is_wanted(one: Entry, wanted: Wanted) -> bool:
    if wanted.before is not None and (one.at, one.place) >= wanted.before:
        return False
    if wanted.since is not None and one.at < wanted.since:
        return False
    if wanted.until is not None and one.at >= wanted.until:
        return False
    return not wanted.kinds or str(one.shown["kind"]) in wanted.kinds


_ROLES: Final = {WIN: "win", LOSS: "loss", WHOLE: "round"}


def _casino(r: Reader) -> Iterator[Entry]:
    for kind in (keys.ROUND, keys.FREE_ROUND):
        for key, page in r.rounds(kind):
            studio, round_id = key[1:].decode().split("\0", 1)
            about: Json = {"studio": studio, "round_id": round_id, "free_money": kind == keys.FREE_ROUND}
            _, void = split(page)
            for n, activity in enumerate(page.activities):
                yield _activity(activity, about, is_void=n in void)
            yield from _rollbacks(page)
    for _, page in r.all(keys.ORPHAN, RoundPage):
        yield from _rollbacks(page)


def _activity(a: Activity, about: Json, *, is_void: bool) -> Entry:
    identity = a.source_id or a.business_id or ""
    return entry(
        a.at,
        _ROLES.get(a.role, "bet"),
        identity,
        id=named(identity),
        currency=a.currency,
        pockets=shown_pockets(a.pockets),
        payout=shown_pockets(a.payout),
        game=a.game,
        bonus=a.bonus,
        void=is_void,
        **about,
    )


def _rollbacks(page: RoundPage) -> Iterator[Entry]:
    for b in page.rollbacks:
        identity = b.source_id or b.business_id or ""
        amount = plain(b.amount) if b.amount is not None else None
        yield entry(b.at, "rollback", identity, id=named(identity), target=named(b.target), amount=amount)


def _payments(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.PAYMENT, PaymentPage):
        for step in page.steps:
            identity = step.source_id or step.business_id or ""
            yield entry(
                step.at,
                "payment",
                identity,
                payment_id=page.payment_id,
                direction=page.direction,
                status=step.status,
                amount=plain(step.amount) if step.amount is not None else None,
                currency=step.currency,
                method=step.method,
            )


def _bonuses(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.BONUS, BonusPage):
        for step in page.steps:
            identity = step.source_id or step.business_id or ""
            yield entry(
                step.at,
                "bonus",
                identity,
                user_bonus_id=page.user_bonus_id,
                state=step.state,
                amount=plain(step.amount),
                currency=step.currency,
                code=step.code,
            )


def _logins(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.DAY, DayPage):
        for at in page.logins:
            yield entry(at, "login", "")


def _sessions(r: Reader) -> Iterator[Entry]:
    for kind in (keys.DAY, keys.FREE_DAY):
        for _, page in r.all(kind, DayPage):
            for c in page.awake():
                if c.first_bet:
                    session = f"s-{c.first_bet}"
                    is_free = kind == keys.FREE_DAY
                    yield entry(
                        c.first_bet,
                        "session",
                        f"{session}{is_free}",
                        session=session,
                        ended_at=iso(Instant(c.last)),
                        rounds=c.rounds,
                        bets=c.bets,
                        free_money=is_free,
                    )


def _profile(r: Reader) -> Iterator[Entry]:
    page = r.page(keys.PROFILE, ProfilePage)
    said: dict[tuple[int, str], dict[str, str]] = {}
    for name, stated in page.fields.items():
        for one in stated:
            said.setdefault((one.at, one.source), {})[name] = _value(one)
    for (at, source), fields in said.items():
        yield entry(at, "profile", source, source=source, fields=dict(sorted(fields.items())))
    for channel, one in page.consents.items():
        yield entry(one.at, "consent", channel, source=one.source, channel=channel, value=_value(one))
    for block, per_source in page.blocks.items():
        for source, one in per_source.items():
            yield entry(one.at, "block", f"{block}\0{source}", source=source, block=block, value=_value(one))


def _links(r: Reader) -> Iterator[Entry]:
    for link_id, link in r.head.links.items():
        yield entry(
            link.since, "link", link_id, link=link_id, partner=link.partner, account=link.account, state=link.state
        )


def _value(stated: Stated) -> str:
    return "(in the vault)" if stated.value is None else stated.value


SOURCES: Final[tuple[tuple[frozenset[str], Make], ...]] = (
    (frozenset({"bet", "win", "loss", "round", "rollback"}), _casino),
    (frozenset({"payment"}), _payments),
    (frozenset({"bonus"}), _bonuses),
    (frozenset({"login"}), _logins),
    (frozenset({"session"}), _sessions),
    (frozenset({"profile", "consent", "block"}), _profile),
    (frozenset({"link"}), _links),
    *OTHERS,
)
"""What makes entries of which kinds."""

KINDS: Final = frozenset(kind for kinds, _ in SOURCES for kind in kinds)
