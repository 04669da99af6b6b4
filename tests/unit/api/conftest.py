"""A small hub behind the admin API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.runtime.small_hub import SmallHub, small_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SmallHub]:
    """Nothing has happened yet."""
    with small_hub(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHub]:
    """The same, for tests that only ask, and for those whose wishes are refused: made once."""
    with small_hub(tmp_path_factory.mktemp("hub") / "data") as made:
        yield made
