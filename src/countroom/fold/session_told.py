"""What partners are told of a session: as it stands, in the words of the player document; semantics.md 3 and 9.1."""

from decimal import Decimal

from countroom.core.money import ZERO, total
from countroom.fold.changes import Changes, Content, Merged, SessionBefore, cause_of
from countroom.fold.pages import Cluster
from countroom.fold.session_sums import in_base, top_game
from countroom.fold.turn import Turn

_NOTHING = (ZERO,)


def session_id(cluster: Cluster) -> str:
    """The session's id: when it began."""
    return f"s-{cluster.first_bet}"


def standing(cluster: Cluster, base_currency: str) -> Content:
    """A session of the real ledger as it stands.

    `stake`, `payout` and `ggr` have an entry for every currency of the session. A `biggest_payout` that was taken
    back leaves its currency out until it is counted again: that would take all rounds of the player.
    """
    cells = sorted(cluster.cells.items())
    biggest = {currency: Decimal(cell.tops[0]) for currency, cell in cells if cell.tops}
    found: Content = {
        "id": session_id(cluster),
        "started_at": cluster.first_bet,
        "ended_at": cluster.last,
        "rounds": cluster.rounds,
        "free_rounds": cluster.free_rounds,
        "open_rounds": cluster.open_rounds,
        "bets": cluster.bets,
        "currency": cells[0][0] if len(cells) == 1 else None,
        "stake": {currency: cell.stake or _NOTHING for currency, cell in cells},
        "payout": {currency: cell.payout or _NOTHING for currency, cell in cells},
        "ggr": {currency: total(cell.stake) - total(cell.payout) for currency, cell in cells},
        "base": _in_base(cluster, base_currency),
        "biggest_payout": biggest,
        "top_game": top_game(cluster, base_currency),
    }
    return {name: value for name, value in found.items() if value is not None and value not in ("", {})}


def _in_base(cluster: Cluster, base_currency: str) -> Content:
    """Sums in the base currency, and how many contributions lack a rate and are not in them."""
    stake, payout = in_base(cluster, base_currency)
    found: Content = {"stake": stake, "payout": payout, "ggr": stake - payout}
    return found | {"missing": cluster.missing} if cluster.missing else found


def as_it_is(turn: Turn, cluster: Cluster) -> Content | None:
    """The same, for who is linked; None for others."""
    return standing(cluster, turn.brand.base_currency) if turn.is_linked else None


def changed(turn: Turn, cluster: Cluster) -> None:
    """Note that a session is about to change: once it was told as ended, that is a correction."""
    if cluster.told:
        found = turn.noted()
        if not any(before.cluster is cluster for before in found.sessions):
            found.sessions.append(SessionBefore(cluster, session_id(cluster), as_it_is(turn, cluster)))


def merging(turn: Turn, kept: Cluster, gone: Cluster) -> None:
    """Note that a session is about to be taken into an earlier one."""
    was: Content | None = None
    if turn.is_linked:
        base = turn.brand.base_currency
        was = {"kept": standing(kept, base), "withdrawn": standing(gone, base)}
    turn.noted().merged.append(Merged(kept, session_id(kept), session_id(gone), was))


def growing(turn: Turn, kept: Cluster, gone: Cluster) -> None:
    """Note that a session is about to grow by points without a bet, whichever of the two it is; its state goes on."""
    if kept.first_bet:
        changed(turn, kept)
    elif gone.told:
        turn.noted().sessions.append(SessionBefore(kept, session_id(gone), as_it_is(turn, gone)))
        kept.told, kept.revision = gone.told, gone.revision


def tell_changes(turn: Turn, found: Changes) -> None:
    """Say which sessions were merged, and which ended ones changed, each once."""
    cause = cause_of(turn.about)
    for merged in found.merged:
        content = as_it_is(turn, merged.kept)
        if content is not None:
            content |= {"kept": merged.kept_id, "withdrawn": merged.withdrawn_id, "was": merged.was} | cause
        turn.tell("session_merged", f"{merged.kept_id}<{merged.withdrawn_id}", merged.kept.first_bet, content)
    for before in found.sessions:
        cluster = before.cluster
        cluster.revision += 1
        now = session_id(cluster)
        content = as_it_is(turn, cluster)
        if content is not None:
            content |= {"was": before.content, "revision": cluster.revision} | cause
        named = now if now == before.id else f"{before.id}>{now}"
        turn.tell("session_corrected", f"{named}/{cluster.revision}", cluster.last, content)
