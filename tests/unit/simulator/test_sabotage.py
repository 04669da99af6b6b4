import json

import msgspec
import pytest

from countroom.simulator.differences import differences
from countroom.simulator.ledger import Ledger
from countroom.simulator.platform import Platform
from countroom.simulator.sabotage import Sabotage, works
from tests.unit.simulator.story import Story, settings

WORLD = settings(events=800, players=10)
SENDINGS = list(Platform(WORLD).sendings())


def test_without_sabotage_everything_is_sent_as_it_is() -> None:
    assert [work.sending for work in works(SENDINGS, None)] == SENDINGS


@pytest.mark.parametrize("how", ["drop", "double", "alter"])
def test_one_event_is_changed_and_the_books_do_not_balance(how: Sabotage) -> None:
    sent = [work.sending for work in works(SENDINGS, how) if not work.is_pretended]
    # A doubled bet has the fact's number, but what the hub sees is a bet of its own.
    own = [msgspec.structs.replace(it, fact=None) if it.body.find(b"-again") > 0 else it for it in sent]
    honest, hub = Ledger(WORLD, SENDINGS), Ledger(WORLD, own)

    wrong = [
        player for player in honest.players() if differences(honest.document(player, None), hub.document(player, None))
    ]

    assert len(wrong) == 1
    assert len(set(SENDINGS) ^ set(sent)) == (2 if how == "alter" else 1)


def test_the_doubled_bet_has_another_id_and_is_not_counted() -> None:
    [extra] = [work for work in works(SENDINGS, "double") if work.is_secret]

    assert json.loads(extra.sending.body)["activity_id"].endswith("-again")


def test_where_every_bet_is_void_or_repeated_there_is_nothing_to_sabotage() -> None:
    story = Story()
    story.bet("10:00", "a1", "r1", 2)
    story.roll_back("10:01", "a1")
    story.bet("10:02", "a2", "r2", 2)
    story.again("10:03")

    with pytest.raises(ValueError, match="expected a bet that is told once"):
        works(story.sendings, "drop")
