"""What is true of a player at the moment he is linked: the initial events are made of it; semantics.md 8.

The law: the identity of a fact (kind, subject) and its time are those of the live signal that told it, or would have
told it had he been linked then. So what is sent of it at linking and what was sent of it live are one event to the
partner, and between the two there is neither gap nor repeat, whatever arrives around the linking.
"""

from typing import cast

from countroom.core.events import Linked
from countroom.fold import keys, payments, profile
from countroom.fold.identity import known
from countroom.fold.last_bet import last_bet
from countroom.fold.money_pages import PaymentPage
from countroom.fold.profile_page import ProfilePage
from countroom.fold.told import subject_of
from countroom.fold.turn import Turn

Content = dict[str, object]


def fact(kind: str, subject: str, at: int, content: Content) -> Content:
    """One fact as it is told."""
    return {"kind": kind, "subject": subject, "at": at, "content": content}


def link_facts(turn: Turn, event: Linked) -> Content:
    """The link, and the facts by name; what is not known is left out.

    `registered`, `first_deposit`, `last_deposit`, `last_withdrawal`, `last_bet`, `last_login` are a fact each; under
    `fields`, `consents` and `blocks` there is one per plain profile field, channel and kind.
    The content of a fact is that of its live signal, as far as it is still known: what a thing was before is not.
    """
    link = {"link_id": event.link_id, "partner": event.partner, "account": event.account, "at": event.about.occurred_at}
    facts = _profile_facts(turn) | _payment_facts(turn)
    bet, login = last_bet(turn), _last_login(turn)
    facts |= {} if bet is None else {"last_bet": fact(*bet)}
    facts |= {} if login is None else {"last_login": login}
    return {"link": link, "facts": facts}


def _profile_facts(turn: Turn) -> Content:
    page = turn.peek(turn.prefix + keys.PROFILE, ProfilePage)
    if page is None:
        return {}
    facts: Content = {}
    if page.registered:
        at = profile.registered_at(page)
        facts["registered"] = fact("profile_ready", profile.READY_SUBJECT, at, profile.ready_content(page))
    groups: dict[str, Content] = {
        "fields": {
            name: _field(page, name, {"field": name, "value": value})
            for name, value in profile.plain_fields(page).items()
        },
        "consents": {
            channel: _switch(page, "consents", channel, {"channel": channel, "value": said.value})
            for channel, said in sorted(page.consents.items())
        },
        "blocks": {
            kind: _switch(page, "blocks", kind, {"kind": kind, "active": profile.is_blocked(page, kind)})
            for kind in sorted(page.blocks)
            if f"blocks.{kind}" in page.told  # One that was never on was never told.
        },
    }
    return facts | {name: group for name, group in groups.items() if group}


def _field(page: ProfilePage, name: str, content: Content) -> Content:
    at, _ = page.told[name]
    return fact("profile_changed", profile.field_subject(page, name), at, content)


def _switch(page: ProfilePage, group: str, name: str, content: Content) -> Content:
    """A consent or a block, as it was told when it last changed."""
    at, _ = page.told[f"{group}.{name}"]
    kind = "consent_changed" if group == "consents" else "account_status_changed"
    return fact(kind, f"{name}/{at}", at, content)


def _payment_facts(turn: Turn) -> Content:
    """First and last deposit, last withdrawal, of those that count."""
    last: dict[str, tuple[tuple[int, str], PaymentPage, payments.Standing]] = {}
    for _, found in turn.pages.scan(turn.prefix + keys.PAYMENT):
        page = cast("PaymentPage", found)
        s = payments.standing(page.steps)
        place = s.counted_at, page.payment_id
        if s.counted_at and (page.direction not in last or place > last[page.direction][0]):
            last[page.direction] = place, page, s
    facts: Content = {}
    if turn.head.ftd is not None:
        facts["first_deposit"] = fact(
            "ftd_reached", payments.FTD_SUBJECT, turn.head.ftd[1], payments.first_deposit(turn)
        )
    for direction in ("deposit", "withdrawal"):
        if direction in last:
            _, page, s = last[direction]
            at = page.told[1] if page.told else s.counted_at
            content = payments.counted(turn, page, s)
            subject = payments.counted_subject(page)
            facts[f"last_{direction}"] = fact(f"{direction}_counted", subject, at, content)
    return facts


def _last_login(turn: Turn) -> Content | None:
    """The latest login. Its page keeps its time alone: the row of its identity, which is made of that, has the rest."""
    if not turn.head.logins.last:
        return None
    at = turn.head.logins.last[-1]
    found = known(turn, f"login:{at}")
    if not found:
        return None
    _, source_id, business_id = found[0]
    return fact("player_logged_in", subject_of("player_logged_in", source_id, business_id, at), at, {})
