"""`countroom link add`, `link remove`, `link list`, `link show`, `link plan`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table, warn
from countroom.cli.reading import asked, hub, pages, player_of

Json = dict[str, Any]
Flag = Annotated[bool, Parameter(negative="")]


def add(
    player: str,
    partner: str,
    *,
    account: str = "",
    pending: Flag = False,
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Link a player to an account at a partner: from then on the partner is told of him.

    Parameters
    ----------
    player:
        BRAND/PLAYER, for example lucky/4711.
    partner:
        As in `[partners.<name>]`.
    account:
        What the partner knows the player by; his own id when left away.
    pending:
        Asked for, and not made yet: nothing is told.
    reason:
        Why; kept in the history.
    """
    brand, own = player_of(player)
    wish = {"brand": brand, "player": own, "partner": partner, "account": account, "reason": reason}
    with hub(options) as client:
        made = client.post("/api/links", wish | {"state": "pending" if pending else "linked"})
    if made["warning"]:
        warn(made["warning"])
    if options.json:
        document(made)
        return
    say(made["link_id"])
    remark(
        options, f"{player} is {made['state']} at {partner} as {made['account'] or 'nobody yet'}, since {made['since']}"
    )


def remove(link_id: str, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """End a link: nothing is told by it from here on.

    Parameters
    ----------
    link_id:
        As `link list` shows it.
    reason:
        Why; kept in the history.
    """
    with hub(options) as client:
        ended = client.delete(asked(path_of("api", "links", link_id), reason=reason))
    if options.json:
        document(ended)
    else:
        remark(options, f"{link_id} is {ended['state']} since {ended['since']}")


def show_all(
    *,
    partner: str = "",
    state: str = "",
    player: str = "",
    limit: int = 100,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Links, the latest made first.

    Parameters
    ----------
    partner:
        Of this partner alone.
    state:
        pending, linked or unlinked.
    player:
        BRAND/PLAYER: his alone.
    limit:
        At most so many.
    """
    brand, own = player_of(player) if player else ("", "")
    with hub(options) as client:
        wanted = {"partner": partner, "state": state, "brand": brand, "player": own}
        found = list(pages(client, "/api/links", most=limit, **wanted))
    if options.json:
        document({"links": found})
        return
    heads = ("link", "player", "partner", "account", "state", "since", "cause", "by")
    rows = [
        (
            k["link_id"],
            f"{k['brand']}/{k['player']}",
            k["partner"],
            k["account"],
            k["state"],
            k["since"][:19],
            k["cause"],
            k["by"],
        )
        for k in found
    ]
    table(options, heads=heads, rows=rows)


def show(link_id: str, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One link with its history: every step, by whom and why.

    Parameters
    ----------
    link_id:
        As `link list` shows it.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "links", link_id))
    if options.json:
        document(found)
        return
    say(f"link {found['link_id']}: {found['brand']}/{found['player']} at {found['partner']} as {found['account']}")
    heads = ("step>", "state", "at", "by", "cause", "in the log")
    rows = [
        (s["number"], s["state"], s["at"][:19], s["by"], s["cause"], "yes" if s["is_told"] else "not yet")
        for s in found["history"]
    ]
    table(options, heads=heads, rows=rows)


def remove_many(
    partner: str,
    *,
    brand: str = "",
    since: str = "",
    plan: str = "",
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """End many links of a partner, in two steps: without --plan it says what would happen, with it that is done.

    Parameters
    ----------
    partner:
        Whose links.
    brand:
        Of this brand's players alone.
    since:
        Only those in their state since then or later (ISO 8601).
    plan:
        The id that the first step gave; it stands for ten minutes.
    reason:
        Why; kept in the history of each.
    """
    with hub(options) as client:
        if plan:
            aim = {name: value for name, value in (("partner", partner), ("brand", brand), ("since", since)) if value}
            wish = {"reason": reason, "act": "links.remove", "arguments": aim}
            found = client.post(path_of("api", "plans", plan, "run"), wish)
        else:
            aim = {"partner": partner, "brand": brand, "since": since}
            found = client.post("/api/links/remove/plan", {**aim, "reason": reason})
    if options.json:
        document(found)
        return
    if plan:
        say(f"{found['outcome']['removed']} links ended")
        return
    say(found["plan_id"])
    for link in found["sample"]:
        remark(
            options,
            f"  {link['link_id']}  {link['brand']}/{link['player']}  {link['state']} since {link['since'][:19]}",
        )
    remark(
        options,
        f"{found['count']} links would end; 'countroom link remove-many {partner} --plan {found['plan_id']}' does it",
    )
    remark(options, f"until {found['expires_at'][:19]}Z, and only if there are still as many")
