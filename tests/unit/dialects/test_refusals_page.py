"""The page about refusals and the list of reasons are one list."""

import re
from pathlib import Path

from countroom.core.ids import MAX_ID_CHARS
from countroom.core.rejection import Reason
from countroom.dialects.fields import MAX_TEXT_CHARS
from countroom.dialects.readers import MAX_DEPTH

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "refusals.md").read_text("utf-8")


def test_every_reason_has_its_row_in_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [str(reason) for reason in Reason]


def test_the_page_tells_the_limits_as_they_are() -> None:
    assert f"{MAX_DEPTH} levels" in PAGE
    assert f"{MAX_ID_CHARS} characters" in PAGE
    assert f"{MAX_TEXT_CHARS:,} characters" in PAGE
