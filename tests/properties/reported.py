"""What is kept as last reported, what is only counted, and the brand's games."""

from decimal import Decimal

from hypothesis import strategies as st

from countroom.core.events import (
    Balance,
    BalancesStated,
    CustomHappened,
    Event,
    GameStated,
    MigrationStated,
    Pinged,
    TagsStated,
)
from countroom.core.identity import identity
from countroom.core.ids import GameId, PlayerId
from tests.properties.play_events import PLAYERS, SOURCES, about

_AMOUNTS = st.sampled_from([Decimal(0), Decimal("12.5"), Decimal(7)])


@st.composite
def balances(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """One wallet or two."""
    when = draw(at)
    keys = draw(st.lists(st.sampled_from(["real_money", "bonus_money"]), unique=True, min_size=1))
    said = tuple(Balance(key, draw(_AMOUNTS), draw(st.sampled_from(["EUR", "SEK"])), None) for key in keys)
    own_id = identity("balances", str(when), f"said.{said}")
    return BalancesStated(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id), balances=said)


@st.composite
def tags(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """All tags, perhaps none."""
    when, said = draw(at), tuple(draw(st.lists(st.sampled_from(["vip", "new", "risk"]), max_size=3)))
    own_id = identity("tags", str(when), f"said.{said}")
    return TagsStated(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id), tags=said)


@st.composite
def custom(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """Something the operator has a name for."""
    when, kind = draw(at), draw(st.sampled_from(["wheel_spun", "level_up"]))
    own_id = identity(kind, str(when), "said")
    return CustomHappened(about=about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id), kind=kind, fields={})


@st.composite
def migrations(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """The player moves, or has moved; or somebody tries his integration."""
    when, reference = draw(at), draw(st.sampled_from(["", "m-1", "m-2"]))
    approved, ping = draw(st.booleans()), draw(st.sampled_from([False, False, False, True]))
    own_id = identity("migration", str(when), f"said.{reference}.{approved}.{ping}")
    of = about(draw(PLAYERS), draw(SOURCES), when, business_id=own_id)
    return Pinged(about=of, ping_id="1") if ping else MigrationStated(about=of, reference=reference, approved=approved)


@st.composite
def games(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """An entry of the catalogue, under the brand's player without a name."""
    when, game = draw(at), draw(st.sampled_from([GameId("g1"), GameId("g2")]))
    name, is_live = draw(st.sampled_from(["", "Lynx", "Lynx II"])), draw(st.booleans())
    own_id = identity("game", str(when), f"said.{game}.{name}.{is_live}")
    of = about(PlayerId(""), draw(SOURCES), when, business_id=own_id)
    return GameStated(about=of, game=game, name=name, is_live=is_live)
