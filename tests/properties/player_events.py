"""What is said of the player himself, and what the hub says: links and ticks."""

from hypothesis import strategies as st

from countroom.core.events import (
    BlocksStated,
    ConsentsStated,
    Event,
    LinkBegun,
    Linked,
    PlayerLoggedIn,
    PlayerLoggedOut,
    ProfileStated,
    ProfileWentStale,
    Sealed,
    Ticked,
    Unlinked,
)
from countroom.core.identity import Identity, identity
from countroom.core.ids import LinkId, PartnerId, SourceName
from countroom.core.instants import DAY, Instant
from tests.properties.play_events import PLAYERS, SOURCES, about
from tests.properties.stamps import due


def _own_id(kind: str, at: int, content: object = "") -> Identity:
    return identity(kind, str(at), f"said.{content}")


@st.composite
def logins(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A login."""
    when = draw(at)
    return PlayerLoggedIn(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=_own_id("login", when)))


@st.composite
def logouts(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A logout."""
    when = draw(at)
    return PlayerLoggedOut(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=_own_id("logout", when)))


@st.composite
def profiles(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """Some fields, plain and sealed, of which the empty ones say nothing."""
    when = draw(at)
    plain = {
        "country": st.sampled_from(["MT", "SE", ""]),
        "wallet_currency": st.sampled_from(["EUR", "SEK", "EUR", ""]),
        "language": st.sampled_from(["en", "sv"]),
    }
    fields = draw(st.fixed_dictionaries({}, optional=plain))
    tokens = draw(st.dictionaries(st.sampled_from(["email", "phone"]), st.sampled_from([b"\x01\x02", b"\x03"])))
    registered_at = draw(st.sampled_from([None, None, Instant(when - DAY), Instant(when)]))
    registers = draw(st.booleans())
    sealed = tuple(Sealed(name, token, b"cipher") for name, token in sorted(tokens.items()))
    content = (sorted(fields.items()), sorted(tokens.items()), registered_at, registers)
    own_id = _own_id("profile", when, content)
    return ProfileStated(
        about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id, sealed=sealed),
        fields=fields,
        registered_at=registered_at,
        registers=registers,
    )


@st.composite
def stale_notices(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """Something changed, and nobody says what to."""
    when, what = draw(at), draw(st.sampled_from(["profile", "consents", "blocks"]))
    own_id = _own_id("stale", when, what)
    return ProfileWentStale(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id), what=what)


@st.composite
def consents(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """Yes or no for one channel or two."""
    when = draw(at)
    said = draw(st.dictionaries(st.sampled_from(["email", "sms"]), st.booleans(), min_size=1))
    own_id = _own_id("consents", when, sorted(said.items()))
    return ConsentsStated(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id), consents=said)


@st.composite
def blocks(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """Excluded, blocked, both or no longer, as one source says."""
    when = draw(at)
    said = draw(st.dictionaries(st.sampled_from(["excluded", "blocked"]), st.booleans(), min_size=1))
    source = draw(SOURCES)
    own_id = _own_id("blocks", when, (source, sorted(said.items())))
    return BlocksStated(about=about(draw(PLAYERS), source, when, business_id=own_id), blocks=said)


@st.composite
def links(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A link asked for, made, or ended; making and ending never at the same instant."""
    when, link = draw(at), draw(st.sampled_from(["l1", "l2"]))
    link_id, partner, admin = LinkId(link), PartnerId(f"partner-{link}"), SourceName("admin")
    what = draw(st.sampled_from(["begin", "link", "link", "end", "end"]))
    if what == "begin":
        of = about(draw(PLAYERS), admin, when, business_id=_own_id("begun", when, link))
        return LinkBegun(about=of, link_id=link_id, partner=partner, account=f"account-{link}")
    if what == "link":
        of = about(draw(PLAYERS), admin, when, business_id=_own_id("linked", when, link))
        return Linked(about=of, link_id=link_id, partner=partner, account=f"account-{link}")
    later = when + 2
    of = about(draw(PLAYERS), admin, later, business_id=_own_id("unlinked", later, link))
    return Unlinked(about=of, link_id=link_id, partner=partner)


@st.composite
def ticks(draw: st.DrawFn) -> Event:
    """The player's clock moves to where some timer may be due."""
    return Ticked(about=about(draw(PLAYERS), SourceName("clock"), draw(due())))
