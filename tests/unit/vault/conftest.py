from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.vault.running import RunningVault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[RunningVault]:
    with RunningVault(tmp_path) as running:
        yield running
