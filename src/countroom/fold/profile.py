"""Profile, consents, blocks, logins: per field the latest word, whoever said it; semantics.md 8."""

from countroom.core.events import (
    BlocksStated,
    ConsentsStated,
    PlayerLoggedIn,
    ProfileStated,
    ProfileWentStale,
)
from countroom.fold import keys
from countroom.fold.moments import add_moment
from countroom.fold.profile_page import ProfilePage, Stated
from countroom.fold.turn import Turn

KEPT_STALE = 16
FIXED = ("wallet_currency",)
"""Fields whose earliest value stays; another value is refused and flagged."""


def _page(turn: Turn) -> ProfilePage:
    return turn.load(turn.prefix + keys.PROFILE, ProfilePage)


def _said(turn: Turn, value: str | None, token: bytes | None = None) -> Stated:
    about = turn.about
    return Stated(about.occurred_at, about.source, about.source_id or about.business_id or "", value, token)


def _beats(turn: Turn, new: Stated, old: Stated) -> bool:
    """True when `new` is the later word; at the same time, that of the preferred source, then the smaller identity."""
    if new.at != old.at:
        return new.at > old.at
    priority = turn.brand.profile_priority
    ranks = [priority.index(s.source) if s.source in priority else len(priority) for s in (new, old)]
    return (ranks[0], new.identity) < (ranks[1], old.identity)


def state_profile(turn: Turn, event: ProfileStated) -> None:
    """Fold what a source says it knows of the player."""
    page = _page(turn)
    was = {name: values[0] for name, values in page.fields.items()}
    for name, value in event.fields.items():
        if value:  # an empty one never clears (tolerance 3)
            _field(turn, page, name, _said(turn, value))
    for sealed in event.about.sealed:
        if "." not in sealed.field:
            _field(turn, page, sealed.field, _said(turn, None, sealed.token))
    registered = page.registered or [0, 0]
    if event.registered_at is not None:
        registered[0] = min(registered[0] or event.registered_at, event.registered_at)
    if event.registers:
        registered[1] = min(registered[1] or turn.about.occurred_at, turn.about.occurred_at)
    ready = bool(page.events) and any(page.registered)
    page.registered = registered if any(registered) else []
    if event.fields or event.about.sealed:
        _freshen(turn, page, "profile")
    page.events += 1
    changed = sorted(name for name, values in page.fields.items() if was.get(name) != values[0])
    if changed:
        turn.tell("profile_changed", f"{turn.about.occurred_at}/{','.join(changed)}", turn.about.occurred_at)
    if page.registered and not ready:
        turn.tell("profile_ready", "profile", turn.about.occurred_at)


def _field(turn: Turn, page: ProfilePage, name: str, said: Stated) -> None:
    owner = turn.brand.profile_owner.get(name)
    if owner is not None and owner != said.source:
        return
    values = page.fields.get(name)
    if values is None:
        page.fields[name] = [said]
        return
    if name in FIXED:
        if values[0].value != said.value and name not in page.refused:
            page.refused.append(name)
        if (said.at, said.identity) < (values[0].at, values[0].identity):
            values[0] = said
        return
    if _beats(turn, said, values[0]):
        page.fields[name] = [said, values[0]]
    elif len(values) == 1 or _beats(turn, said, values[1]):
        page.fields[name] = [values[0], said]


def _freshen(turn: Turn, page: ProfilePage, what: str) -> None:
    """A source said what `what` is: earlier words that it changed are answered."""
    at = max(page.fat.get(what, 0), turn.about.occurred_at)
    page.fat[what] = at
    left = [t for t in page.stale.get(what, ()) if t > at]
    if left:
        page.stale[what] = left
    else:
        page.stale.pop(what, None)


def go_stale(turn: Turn, event: ProfileWentStale) -> None:
    """Fold a word that something changed, and not how."""
    page = _page(turn)
    at = turn.about.occurred_at
    if at > page.fat.get(event.what, 0):
        page.stale[event.what] = sorted([*page.stale.get(event.what, ()), at])[:KEPT_STALE]


def state_consents(turn: Turn, event: ConsentsStated) -> None:
    """Fold consents per channel: the latest word holds."""
    page = _page(turn)
    for channel, opted_in in event.consents.items():
        said = _said(turn, "in" if opted_in else "out")
        old = page.consents.get(channel)
        if old is None or _beats(turn, said, old):
            page.consents[channel] = said
            if old is None or old.value != said.value:
                turn.tell("consent_changed", f"{channel}/{turn.about.occurred_at}", turn.about.occurred_at)
    _freshen(turn, page, "consents")


def state_blocks(turn: Turn, event: BlocksStated) -> None:
    """Fold blocks per kind and source: lifted only by the source that set them."""
    page = _page(turn)
    was = {kind for kind in page.blocks if is_blocked(page, kind)}
    for kind, active in event.blocks.items():
        said = _said(turn, "on" if active else "off")
        per_source = page.blocks.setdefault(kind, {})
        old = per_source.get(said.source)
        if old is None or _beats(turn, said, old):
            per_source[said.source] = said
    _freshen(turn, page, "blocks")
    for kind in sorted(page.blocks):
        if (kind in was) != is_blocked(page, kind):
            turn.tell("account_status_changed", f"{kind}/{turn.about.occurred_at}", turn.about.occurred_at)


def is_blocked(page: ProfilePage, kind: str) -> bool:
    """True while any source says so."""
    return any(said.value == "on" for said in page.blocks.get(kind, {}).values())


def log_in(turn: Turn, event: PlayerLoggedIn) -> None:
    """Fold a login: moves no boundary of a session."""
    at = event.about.occurred_at
    add_moment(turn.head.logins, at)
    logins = turn.day(turn.calendar.day(at), free=False).logins
    logins.append(at)
    logins.sort()
