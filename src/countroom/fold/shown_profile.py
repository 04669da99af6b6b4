"""The profile as the player document shows it; semantics.md 8."""

from countroom.core.instants import Instant, iso
from countroom.fold import keys
from countroom.fold.figures import Json
from countroom.fold.profile import is_blocked
from countroom.fold.profile_page import ProfilePage
from countroom.fold.reader import Reader


def shown_profile(r: Reader) -> Json:
    """Fields, consents, blocks, what is stale; personal fields stand as tokens."""
    page = r.page(keys.PROFILE, ProfilePage)
    result: Json = {}
    stated = page.registered
    if stated:
        result["registered_at"] = iso(Instant(stated[0] or stated[1]))
    fields: Json = {}
    for name, values in sorted(page.fields.items()):
        said = values[0]
        shown: Json = {"at": iso(Instant(said.at)), "source": said.source}
        shown |= {"value": said.value} if said.token is None else {"token": said.token.hex()}
        fields[name] = shown
    consents = {c: {"opted_in": s.value == "in", "at": iso(Instant(s.at))} for c, s in sorted(page.consents.items())}
    blocks: Json = {}
    for kind, sources in sorted(page.blocks.items()):
        active = is_blocked(page, kind)
        said = min((s for s in sources.values() if (s.value == "on") == active), key=lambda s: (-s.at, s.identity))
        blocks[kind] = {"active": active, "at": iso(Instant(said.at)), "source": said.source}
    stale = {what: iso(Instant(times[0])) for what, times in sorted(page.stale.items())}
    optional = {"fields": fields, "consents": consents, "blocks": blocks, "stale_since": stale}
    result |= {name: value for name, value in optional.items() if value}
    if page.refused:
        result["refused_fields"] = sorted(page.refused)
    return result
