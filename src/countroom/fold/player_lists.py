"""What is kept of a player as last reported: balances, tags, migration; and what is only counted: custom facts.

None of it is in any total. Whose word holds is decided as for a profile field: the latest, then
that of the preferred source, then the smaller identity.
"""

from countroom.core.events import BalancesStated, CustomHappened, MigrationStated, TagsStated
from countroom.fold import keys
from countroom.fold.other_pages import BalanceTold, ListsPage, Told
from countroom.fold.turn import Turn


def told_now(turn: Turn) -> Told:
    """Who says what the event at hand says."""
    about = turn.about
    return Told(about.occurred_at, about.source, about.source_id or about.business_id or "")


def beats(turn: Turn, new: Told, old: Told | None) -> bool:
    """True when `new` is the word that holds."""
    if old is None or new.at != old.at:
        return old is None or new.at > old.at
    priority = turn.brand.profile_priority
    ranks = [priority.index(t.source) if t.source in priority else len(priority) for t in (new, old)]
    return (ranks[0], new.identity) < (ranks[1], old.identity)


def _page(turn: Turn) -> ListsPage:
    return turn.load(turn.prefix + keys.LISTS, ListsPage)


def state_balances(turn: Turn, event: BalancesStated) -> None:
    """Fold wallets as a source says they are: per key and currency the latest word."""
    page, told = _page(turn), told_now(turn)
    for balance in event.balances:
        wallets = page.balances.setdefault(balance.key, {})
        old = wallets.get(balance.currency)
        if beats(turn, told, None if old is None else old.told):
            wallets[balance.currency] = BalanceTold(told, balance.amount, balance.rate)


def state_tags(turn: Turn, event: TagsStated) -> None:
    """Fold the player's tags, all of them: the latest word holds."""
    page, told = _page(turn), told_now(turn)
    if beats(turn, told, page.tags_told):
        page.tags, page.tags_told = tuple(sorted(set(event.tags))), told


def count_custom(turn: Turn, event: CustomHappened) -> None:
    """Count a custom fact of its kind."""
    page, at = _page(turn), event.about.occurred_at
    count, first, last = page.custom.get(event.kind, (0, at, at))
    page.custom[event.kind] = (count + 1, min(first, at), max(last, at))


def state_migration(turn: Turn, event: MigrationStated) -> None:
    """Fold that the player moves, or has moved: merges no players."""
    page, told = _page(turn), told_now(turn)
    if event.reference and beats(turn, told, page.moves_told):
        page.moves_from, page.moves_told = event.reference, told
    if event.approved:
        page.moved_at = min(page.moved_at or told.at, told.at)
