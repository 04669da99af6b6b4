"""The document shows the newest rounds only; all of them are there for who asks on."""

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.fold.memory import Folded, fold_all
from countroom.fold.reader import Reader
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.fold.shown_play import MOST_ROUNDS, newest_rounds, rounds
from tests.scenarios.words import story

KEY = PlayerKey(BrandId("lucky"), PlayerId("p1"))


def played(number: int) -> Folded:
    told = "\n".join(f"03-{4 + n // 1440:02} {n // 60 % 24:02}:{n % 60:02} B a{n} r{n} 1" for n in range(number))
    return fold_all(story(told), FoldSettings(brands={"lucky": BrandSettings()}))


def test_a_document_shows_the_newest_rounds_and_says_how_many_it_leaves_out() -> None:
    [document] = played(MOST_ROUNDS + 2).documents.values()

    shown = document["rounds"]
    assert isinstance(shown, list)
    assert len(shown) == MOST_ROUNDS
    assert document["rounds_left"] == 2
    assert not {"r0", "r1"} & {one["round_id"] for one in shown}


def test_a_document_of_few_rounds_leaves_none_out() -> None:
    [document] = played(3).documents.values()

    assert "rounds_left" not in document


def test_parts_of_the_rounds_come_newest_first_and_together_are_all_of_them() -> None:
    folded = played(7)
    r = Reader(folded.pages, KEY, folded.settings.brands["lucky"])

    first, after = newest_rounds(r, limit=3)
    second, then = newest_rounds(r, after=after, limit=3)
    third, none = newest_rounds(r, after=then, limit=3)

    assert [one["round_id"] for one in (*first, *second, *third)] == [f"r{n}" for n in reversed(range(7))]
    assert none is None
    assert sorted(str(one) for one in (*first, *second, *third)) == sorted(map(str, rounds(r)))
