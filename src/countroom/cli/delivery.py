"""`countroom delivery list`, `delivery show`, `delivery requeue`, `delivery drop`."""

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table
from countroom.cli.reading import hub, pages, player_of
from countroom.cli.reasons import Reason

Json = dict[str, Any]


def show_all(
    *,
    partner: str = "",
    state: Literal["waiting", "accepted", "dropped", "withdrawn"] | None = None,
    player: str = "",
    limit: int = 100,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """What partners are told, the youngest first.

    Parameters
    ----------
    partner:
        This one alone.
    state:
        Those that stand so.
    player:
        BRAND/PLAYER: of him alone.
    limit:
        At most so many.
    """
    brand, own = player_of(player) if player else ("", "")
    with hub(options) as client:
        wanted = {"partner": partner, "state": state or "", "brand": brand, "player": own}
        found = list(pages(client, "/api/deliveries", most=limit, **wanted))
    if options.json:
        document({"deliveries": found})
        return
    heads = ("delivery>", "partner", "state", "name", "player", "happened", "tries>", "last said")
    rows = [
        (
            d["delivery"], d["partner"], d["state"], d["name"], f"{d['brand']}/{d['player']}",
            d["happened_at"][:19], d["attempts"], _last(d),
        )
        for d in found
    ]  # fmt: skip
    table(options, heads=heads, rows=rows)


def show(delivery: int, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One delivery: what it says, every try, when it is tried next and why then.

    Parameters
    ----------
    delivery:
        As `delivery list` shows it.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "deliveries", str(delivery)))
    if options.json:
        document(found)
        return
    say(f"delivery {found['delivery']} to {found['partner']}: {found['state']}")
    say(f"  {found['name']} by rule {found['rule']}, event {found['event_id']}")
    say(f"  player {found['brand']}/{found['player']}, link {found['link_id']} as {found['link']['account']}")
    say(f"  happened {found['happened_at'][:23]}, ready to send {found['created_at'][:23]}")
    for attempt in found["tries"]:
        said = f": {attempt['said']}" if "said" in attempt else ""
        say(f"  {attempt['at'][:23]}  {attempt.get('status', 'no answer')} in {attempt['latency_ms']} ms{said}")
    for act in found["acts"]:
        say(f"  {act['at'][:23]}  {act['act']} by {act['by']}: {act['reason']}")
    if "note" in found:
        say(f"  {found['note']}")
    following = found["next"]
    if following:
        say(f"  next {following.get('at', 'later')[:23]}: {following['why']}")


def requeue(delivery: int, *, reason: Reason, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Try a delivery now; one that is over waits again.

    Parameters
    ----------
    delivery:
        As `delivery list` shows it.
    reason:
        Why; kept with it.
    """
    _act("requeue", delivery, reason, options)


def drop(delivery: int, *, reason: Reason, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Give a waiting delivery up: the partner is not told.

    Parameters
    ----------
    delivery:
        As `delivery list` shows it.
    reason:
        Why; kept with it.
    """
    _act("drop", delivery, reason, options)


def _act(act: str, delivery: int, reason: Reason, options: Options) -> None:
    with hub(options) as client:
        done = client.post(path_of("api", "deliveries", str(delivery), act), {"reason": reason})
    if options.json:
        document({"delivery": delivery, **done})
    else:
        remark(options, f"delivery {delivery}: {act} is done")


def _last(delivery: Json) -> str:
    last = delivery.get("last_attempt")
    return f"{last.get('status', 'no answer')} {last.get('said', '')}".strip() if last else ""
