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
READY_SUBJECT = "profile"
"""Of the signal that the profile is ready: told once per player."""
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
    about = turn.about
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
        registered[1] = min(registered[1] or about.occurred_at, about.occurred_at)
    ready = bool(page.events) and any(page.registered)
    page.registered = registered if any(registered) else []
    if event.fields or event.about.sealed:
        _freshen(turn, page, "profile")
    page.events += 1
    changed = sorted(name for name, values in page.fields.items() if not _equal(was.get(name), values[0]))
    for name in changed:
        page.told[name] = about.occurred_at, about.source_id or about.business_id or ""
    if changed:
        tell_changed(turn, page, changed, was, at=about.occurred_at)
    if page.registered and not ready:
        page.told[READY_SUBJECT] = about.occurred_at, about.source_id or about.business_id or ""
        tell_ready(turn, page)


def tell_changed(turn: Turn, page: ProfilePage, names: list[str], was: dict[str, Stated], *, at: int) -> None:
    """Say that fields changed at `at`; `was` is what is known of them before."""
    content = changed_content(page, names, was) if turn.is_linked else None
    turn.tell("profile_changed", f"{at}/{','.join(names)}", at, content)


def tell_ready(turn: Turn, page: ProfilePage) -> None:
    """Say that the profile is ready."""
    turn.tell("profile_ready", READY_SUBJECT, registered_at(page), ready_content(page) if turn.is_linked else None)


def tell_consent(turn: Turn, channel: str, said: Stated) -> None:
    """Say that a consent was given or taken back."""
    content: dict[str, object] = {"channel": channel, "value": said.value}
    turn.tell("consent_changed", f"{channel}/{said.at}", said.at, content)


def tell_block(turn: Turn, page: ProfilePage, kind: str, *, at: int) -> None:
    """Say that the player is excluded or blocked, or no more."""
    turn.tell("account_status_changed", f"{kind}/{at}", at, {"kind": kind, "active": is_blocked(page, kind)})


def _equal(old: Stated | None, new: Stated) -> bool:
    """True when both say the same of a field, whoever said it and when."""
    return old is not None and (old.value, old.token) == (new.value, new.token)


def registered_at(page: ProfilePage) -> int:
    """The earliest stated registration date, else the time of the earliest registration; 0 while there is none."""
    return (page.registered[0] or page.registered[1]) if page.registered else 0


def field_subject(page: ProfilePage, name: str) -> str:
    """Identity of the fact that a field has the value it has."""
    at, cause = page.told[name]
    return f"{name}/{at}/{cause}"


def plain_fields(page: ProfilePage) -> dict[str, object]:
    """The plain fields with their values: personal ones never, nor their tokens."""
    return {name: values[0].value for name, values in sorted(page.fields.items()) if values[0].token is None}


def ready_content(page: ProfilePage) -> dict[str, object]:
    """What is told of a player who has registered."""
    return {"registered_at": registered_at(page), "fields": plain_fields(page)}


def changed_content(page: ProfilePage, changed: list[str], was: dict[str, Stated]) -> dict[str, object]:
    """What is told of fields that changed: all their names; of the plain ones value, what it was, and its identity."""
    fields: dict[str, object] = {}
    for name in changed:
        said = page.fields[name][0]
        if said.token is None:
            old = was.get(name)
            fields[name] = {"value": said.value, "subject": field_subject(page, name)} | (
                {"was": old.value} if old is not None and old.value is not None else {}
            )
    content: dict[str, object] = {"names": changed, "fields": fields}
    return content | {"registered_at": registered_at(page)} if page.registered else content


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
                page.told[f"consents.{channel}"] = said.at, said.identity
                tell_consent(turn, channel, said)
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
        is_active = is_blocked(page, kind)
        if (kind in was) != is_active:
            at = turn.about.occurred_at
            page.told[f"blocks.{kind}"] = at, turn.about.source_id or turn.about.business_id or ""
            tell_block(turn, page, kind, at=at)


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
