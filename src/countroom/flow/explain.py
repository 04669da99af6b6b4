"""A delivery explains itself: what it is, what was tried, when it is tried next, and why then and not now."""

from datetime import timedelta
from typing import Any, Final

from countroom.core.deliveries import Act, Attempt, LinkView, Shown, State
from countroom.core.instants import Instant, iso
from countroom.flow.breaker import Breaker
from countroom.flow.desk import Desk

Json = dict[str, Any]
_MS: Final = 1_000


def listed(shown: Shown) -> Json:
    """A delivery in a list."""
    delivery, message, link = shown.delivery, shown.delivery.message, shown.link
    found: Json = {
        "delivery": delivery.number,
        "partner": link.partner,
        "state": shown.state.name.lower(),
        "event_id": message.event_id,
        "rule": message.rule,
        "name": message.name,
        "happened_at": iso(message.at),
        "created_at": iso(delivery.created_at),
        "brand": link.brand,
        "player": link.player,
        "link_id": link.link_id,
        "attempts": delivery.attempts,
    }
    if shown.last is not None:
        found["last_attempt"] = attempt(shown.last)
    if shown.ended_at is not None:
        found["ended_at"] = iso(shown.ended_at)
    if shown.state is State.ACCEPTED and shown.why:
        found["note"] = shown.why
    return found


def explained(shown: Shown, desk: Desk | None, now: Instant) -> Json:
    """All that is known of a delivery."""
    tries = list(shown.tries)
    if shown.last is not None and (not tries or tries[-1].at != shown.last.at):
        tries.append(shown.last)
    found = listed(shown)
    if desk is not None and shown.state is not State.WAITING and shown.delivery.number in desk.on_its_way:
        found["note"] = "it was on its way already; what the partner answers is recorded here all the same"
    return found | {
        "link": link(shown.link),
        "body": shown.delivery.message.body.decode("utf-8", "replace"),
        "tries": [attempt(each) for each in tries],
        "acts": [act(each) for each in shown.acts],
        "next": following(shown, desk, now),
    }


def following(shown: Shown, desk: Desk | None, now: Instant) -> Json | None:
    """When a waiting delivery is tried next, as far as that is known, and why then; None when it is over."""
    if shown.state is not State.WAITING:
        return None
    link = shown.link
    if desk is None:
        return {"why": f"partner {link.partner} is not configured"}
    chain = desk.chains.get(link.link)
    head = chain.deliveries[0].number if chain is not None and chain.deliveries else None
    if chain is not None and chain.is_sending and head == shown.delivery.number:
        return {"at": iso(now), "why": "it is being sent"}
    if shown.behind is not None:
        return {"why": f"waiting behind delivery {shown.behind} of the same player"}
    if link.shut:
        return {"why": f"gate {link.shut} is closed", "gate": link.shut}
    if desk.state.paused_by:
        why = f"paused by {desk.state.paused_by}: {desk.state.paused_for}"
        return {"why": why, "paused_at": iso(desk.state.paused_at)}
    if link.not_before > now:
        return {"at": iso(link.not_before), "why": "settling: the partner must have heard of the link"}
    if shown.due is not None and shown.due > now:
        return {"at": iso(shown.due), "why": shown.why or "its turn is set"}
    if desk.breaker.state is not Breaker.State.CLOSED:
        why = f"the partner is away: {desk.breaker.said}"
        return {"at": iso(desk.breaker.until), "why": why, "breaker": desk.breaker.state.value}
    if not desk.may_send:
        return {"why": "the outboxes are being taken first, after a start"}
    return {"why": f"pace: {desk.rate or 'no limit of'} messages a second, {desk.waiting} deliveries wait"}


def partner(desk: Desk, *, oldest: int, held: int, now: Instant) -> Json:
    """How a partner stands.

    `oldest` is when the oldest delivery came that waits and that no gate holds, 0 when there is none;
    `held` is how many are held by a gate. Both are recorded ones, and what is recorded lags behind a little.
    """
    if desk.waiting <= held:
        oldest = 0
    found: Json = {
        "partner": desk.name,
        "state": state(desk, oldest, now),
        "waiting": desk.waiting,
        "held_by_gates": held,
        "oldest_waiting_at": iso(Instant(oldest)) if oldest else None,
        "oldest_waiting_s": round(max(0, now - oldest) / 1_000_000, 3) if oldest else 0.0,
        "accepted": desk.state.accepted,
        "failed_tries": desk.state.failed,
        "withdrawn": desk.state.withdrawn,
        "dropped": desk.state.dropped,
        "pace": desk.rate,
        "configured_pace": desk.terms.rate,
        "sending": len(desk.sending),
        "breaker": {"state": desk.breaker.state.value},
        "gates": list(desk.terms.gates),
    }
    if desk.breaker.state is not Breaker.State.CLOSED:
        found["breaker"] |= {"next_try_at": iso(desk.breaker.until), "said": desk.breaker.said}
    if desk.last_failed is not None:
        found["last_failed_try"] = attempt(desk.last_failed)
    if desk.state.paused_by:
        found["paused"] = {
            "by": desk.state.paused_by, "reason": desk.state.paused_for, "at": iso(desk.state.paused_at)
        }  # fmt: skip
    return found


STATES: Final = ("flowing", "catching_up", "paused", "broken")
_BEHIND: Final = timedelta(seconds=60) // timedelta(microseconds=1)


def state(desk: Desk, oldest: int, now: Instant) -> str:
    """How a partner stands, in a word."""
    if desk.state.paused_by:
        return "paused"
    if desk.breaker.state is not Breaker.State.CLOSED:
        return "broken"
    return "catching_up" if oldest and now - oldest > _BEHIND else "flowing"


def link(view: LinkView) -> Json:
    """A link as delivery knows it."""
    found: Json = {
        "link_id": view.link_id,
        "account": view.account,
        "state": "linked" if view.is_linked else "unlinked",
        "linked_at": iso(view.linked_at),
        "not_before": iso(view.not_before),
        "waiting": view.open,
    }
    return found | ({"closed_gate": view.shut} if view.shut else {})


def attempt(one: Attempt) -> Json:
    """One try."""
    found: Json = {"at": iso(one.at), "latency_ms": round(one.latency_us / _MS, 1)}
    if one.status:
        found["status"] = one.status
    return found | ({"said": one.said} if one.said else {})


def act(one: Act) -> Json:
    """One act of an operator."""
    found: Json = {"at": iso(one.at), "by": one.by, "act": one.act, "reason": one.reason}
    return found | ({"detail": one.detail} if one.detail else {})
