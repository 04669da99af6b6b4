"""Alias tables."""

import pytest

from countroom.dialects.fasttrack import aliases
from countroom.dialects.words import Words

COLOURS = Words[str]("test.colour", {"Red": "red", "BrightBlue": "blue"})


@pytest.mark.parametrize("text", ["Red", "red", "RED", "rEd", "r-e_d "])
def test_letter_case_blanks_and_hyphens_do_not_matter(text: str) -> None:
    assert COLOURS.meaning(text, {}) == "red"


@pytest.mark.parametrize("text", ["", "rot", "re", "red" * 1000])
def test_an_unknown_word_means_nothing(text: str) -> None:
    assert COLOURS.meaning(text, {}) is None


def test_configuration_adds_spellings_to_the_table_it_names() -> None:
    further = {"test.colour": {"Rot": "red"}, "test.other": {"Grün": "green"}}

    assert COLOURS.meaning("rot", further) == "red"
    assert COLOURS.meaning("Red", further) == "red"
    assert COLOURS.meaning("grün", further) is None


def test_a_configured_spelling_goes_before_a_built_in_one() -> None:
    assert COLOURS.meaning("Red", {"test.colour": {"red": "blue"}}) == "blue"


def test_a_configured_spelling_that_aims_at_nothing_is_found() -> None:
    assert COLOURS.misnamed({"test.colour": {"Rot": "red", "Gelb": "yellow"}}) == ["Gelb"]


def test_every_table_has_a_name_of_its_own_and_says_what_it_expects() -> None:
    names = [table.name for table in aliases.EVERY]

    assert len(set(names)) == len(names)
    assert all(table.expected for table in aliases.EVERY)
