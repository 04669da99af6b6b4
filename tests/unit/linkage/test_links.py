"""Links: who may be linked to what, what the log is told, and that no kill makes the two differ."""

from pathlib import Path

import pytest

from countroom.core.errors import Contradicted, Missing, SettingsError
from countroom.core.events import Event, LinkBegun, Linked, Unlinked
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.links import LinkFilter
from countroom.linkage.links import LinkWanted
from tests.unit.linkage.parts import NOON, Fallen, World, mandate

ANN = LinkWanted(brand="lucky", player="4711", partner="faceit", account="a-1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Nobody is linked."""
    return World(tmp_path)


def wanted(player: str = "4711", *, account: str = "a-1", partner: str = "faceit", brand: str = "lucky") -> LinkWanted:
    return LinkWanted(brand=brand, player=player, partner=partner, account=account)


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_link_is_told_to_the_log_with_its_cause(world: World) -> None:
    made = world.links.link(ANN, mandate(reason="asked by mail"))

    [event] = world.log.events
    assert isinstance(event, Linked)
    assert (event.link_id, event.partner, event.account, event.cause) == (
        made.link.link_id,
        "faceit",
        "a-1",
        "asked by mail",
    )
    assert (event.about.brand, event.about.player, event.about.occurred_at) == ("lucky", "4711", NOON)


def test_the_same_link_again_is_the_same_link_and_nothing_is_told(world: World) -> None:
    first = world.links.link(ANN, mandate())

    again = world.links.link(ANN, mandate(NOON + 5))

    assert (again.link, again.is_new) == (first.link, False)
    assert len(world.log.items) == 1


def test_without_an_account_the_players_own_id_is_it(world: World) -> None:
    assert world.links.link(wanted(account=""), mandate()).link.account == "4711"


def test_an_account_that_another_player_has_is_refused_by_the_links_name_and_not_by_his(world: World) -> None:
    holder = world.links.link(ANN, mandate())

    with pytest.raises(Contradicted, match=holder.link.link_id) as refused:
        world.links.link(wanted("9999", brand="happy"), mandate())

    assert "4711" not in str(refused.value)
    assert len(world.log.items) == 1


def test_a_refused_claim_is_in_the_audit_log(world: World) -> None:
    world.links.link(ANN, mandate())
    with pytest.raises(Contradicted):
        world.links.link(wanted("9999"), mandate(who="mallory"))

    assert [(row.entry.act, row.entry.who) for row in world.database.audit.walk()] == [
        ("link.add", "ann"),
        ("link.refuse", "mallory"),
    ]


def test_a_player_has_one_account_at_a_partner(world: World) -> None:
    world.links.link(ANN, mandate())

    with pytest.raises(Contradicted, match="another account"):
        world.links.link(wanted(account="a-2"), mandate())


def test_a_player_may_be_linked_to_several_partners(world: World) -> None:
    world.links.link(ANN, mandate())
    world.links.link(wanted(partner="other"), mandate())

    assert len(world.links.page(LinkFilter(brand="lucky", player="4711"), before=None, limit=9)) == 2


def test_two_players_may_have_one_account_one_after_the_other(world: World) -> None:
    first = world.links.link(ANN, mandate())
    world.links.unlink(first.link.link_id, mandate(NOON + 1))

    second = world.links.link(wanted("9999"), mandate(NOON + 2))

    assert (second.link.state, second.link.link_id != first.link.link_id) == ("linked", True)


def test_a_pending_link_tells_no_partner_and_becomes_the_link(world: World) -> None:
    begun = world.links.begin(wanted(account=""), mandate(reason="authorization page"))
    made = world.links.link(wanted(account="a-7"), mandate(NOON + 1, reason="user info"))

    assert kinds(world.log.events) == ["LinkBegun", "Linked"]
    assert (made.link.link_id, made.link.account) == (begun.link.link_id, "a-7")
    assert [(step.state, step.cause) for step in world.links.history(made.link.link_id)] == [
        ("pending", "authorization page"),
        ("linked", "user info"),
    ]


def test_two_players_may_wait_for_one_account_and_the_first_gets_it(world: World) -> None:
    world.links.begin(wanted("1"), mandate())
    world.links.begin(wanted("2"), mandate())
    world.links.link(wanted("2"), mandate(NOON + 1))

    with pytest.raises(Contradicted):
        world.links.link(wanted("1"), mandate(NOON + 2))


def test_what_is_begun_twice_is_begun_once(world: World) -> None:
    assert world.links.begin(ANN, mandate()).link == world.links.begin(ANN, mandate(NOON + 1)).link
    assert kinds(world.log.events) == ["LinkBegun"]


def test_an_ended_link_is_over_and_linking_again_makes_another(world: World) -> None:
    first = world.links.link(ANN, mandate()).link
    world.links.unlink(first.link_id, mandate(NOON + 1, reason="player asked"))
    second = world.links.link(ANN, mandate(NOON + 2)).link

    assert second.link_id != first.link_id
    assert kinds(world.log.events) == ["Linked", "Unlinked", "Linked"]
    assert world.links.get(first.link_id).state == "unlinked"


def test_unlinking_twice_is_told_once(world: World) -> None:
    link = world.links.link(ANN, mandate()).link
    world.links.unlink(link.link_id, mandate(NOON + 1))
    world.links.unlink(link.link_id, mandate(NOON + 2))

    assert kinds(world.log.events) == ["Linked", "Unlinked"]


def test_steps_of_one_link_have_instants_of_their_own_even_by_a_clock_that_goes_back(world: World) -> None:
    link = world.links.link(ANN, mandate()).link
    world.links.unlink(link.link_id, mandate(NOON - 500))

    first, second = (event.about.occurred_at for event in world.log.events)
    assert second > first


def test_every_step_has_an_identity_of_its_own(world: World) -> None:
    link = world.links.begin(ANN, mandate()).link
    world.links.link(ANN, mandate(NOON + 1))
    world.links.unlink(link.link_id, mandate(NOON + 2))

    assert len({event.about.source_id for event in world.log.events}) == 3


def test_what_is_not_there_cannot_be_unlinked(world: World) -> None:
    with pytest.raises(Missing, match="l-nothing"):
        world.links.unlink("l-nothing", mandate())


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        (wanted(brand="elsewhere"), "brand"),
        (wanted(partner="nobody"), "partner"),
        (wanted(player=""), "player"),
        (wanted(player="a\nb"), "player"),
        (wanted(account="x" * 201), "account"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(world: World, wish: LinkWanted, names: str) -> None:
    with pytest.raises(SettingsError, match=f"^{names}: expected"):
        world.links.link(wish, mandate())
    assert world.log.items == []


def test_the_shard_of_the_player_is_told(world: World) -> None:
    for player in ("1", "2", "3", "4", "5", "6", "7", "8"):
        world.links.link(wanted(player, account=f"a-{player}"), mandate())

    assert world.log.shards == {0, 1}


# ---------------------------------------------------------------- falls


@pytest.mark.parametrize("falls", ["before_intent", "after_intent", "after_log", "at_the_end"])
def test_a_kill_between_any_two_steps_leaves_rows_and_log_saying_the_same(world: World, falls: str) -> None:
    with pytest.raises(Fallen):
        world.start(falls).link(ANN, mandate())

    links = world.start()
    links.finish()

    is_linked = links.page(LinkFilter(state="linked"), before=None, limit=9) != []
    told = {event.about.source_id for event in world.log.events}
    assert (is_linked, len(told)) == ((False, 0) if falls == "before_intent" else (True, 1))
    assert links.finish() == 0


@pytest.mark.parametrize("falls", ["before_intent", "after_intent", "after_log", "at_the_end"])
def test_what_was_asked_again_after_a_kill_stands_once(world: World, falls: str) -> None:
    with pytest.raises(Fallen):
        world.start(falls).link(ANN, mandate())

    links = world.start()
    links.finish()
    links.link(ANN, mandate(NOON + 9))

    assert links.count(LinkFilter(state="linked")) == 1
    assert len({event.about.source_id for event in world.log.events}) == 1


def test_steps_left_untold_are_told_in_their_order(world: World) -> None:
    world.log.is_away = True
    link = world.links.begin(ANN, mandate()).link
    world.links.link(ANN, mandate(NOON + 1))
    world.links.unlink(link.link_id, mandate(NOON + 2))
    assert world.log.items == []

    world.log.is_away = False
    assert world.links.finish() == 3

    assert [type(event) for event in world.log.events] == [LinkBegun, Linked, Unlinked]


def test_a_log_that_is_away_does_not_undo_what_was_recorded(world: World) -> None:
    world.log.is_away = True

    made = world.links.link(ANN, mandate())

    [step] = world.links.history(made.link.link_id)
    assert (made.link.state, step.is_told) == ("linked", False)


# ---------------------------------------------------------------- many


def test_many_links_are_ended_at_once_and_each_has_its_row_in_the_audit_log(world: World) -> None:
    for number in range(520):
        world.links.link(wanted(str(number), account=f"a-{number}"), mandate())
    world.links.link(wanted(partner="other"), mandate())

    ended = world.links.unlink_all(
        LinkFilter(partner="faceit", state="linked"), mandate(NOON + 1, reason="contract over")
    )

    assert ended == 520
    assert world.links.count(LinkFilter(state="linked")) == 1
    assert sum(isinstance(event, Unlinked) for event in world.log.events) == 520
    assert sum(row.entry.act == "link.remove" for row in world.database.audit.walk()) == 520


def test_links_are_listed_the_latest_made_first_a_page_at_a_time(world: World) -> None:
    for number in range(5):
        world.links.link(wanted(str(number), account=f"a-{number}"), mandate())

    first = world.links.page(LinkFilter(partner="faceit"), before=None, limit=2)
    second = world.links.page(LinkFilter(partner="faceit"), before=first[-1][0], limit=9)

    assert [link.player for _, link in (*first, *second)] == ["4", "3", "2", "1", "0"]


def test_a_players_link_that_is_alive_is_found_by_him(world: World) -> None:
    world.links.link(ANN, mandate())
    key = PlayerKey(BrandId("lucky"), PlayerId("4711"))

    assert (alive := world.database.links.alive(key, "faceit")) is not None
    assert alive.account == "a-1"
    assert world.database.links.alive(key, "other") is None
