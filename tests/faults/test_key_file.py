"""A process that falls while it makes the vault's key file leaves none, or a whole one."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from countroom.vault.keys import make_key_file, read_key_file

MAKES_ONE_UNTIL_THE_SYSTEM_ENDS_IT = """
import os, resource, signal, sys
from pathlib import Path
from countroom.vault.keys import make_key_file

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
make_key_file(Path(sys.argv[1]), os.urandom)
"""


@pytest.mark.parametrize("written", [0, 60, 120])
def test_a_key_that_was_cut_short_is_made_anew(tmp_path: Path, written: int) -> None:
    path = tmp_path / "vault.key"

    ended = subprocess.run(
        [sys.executable, "-c", MAKES_ONE_UNTIL_THE_SYSTEM_ENDS_IT, str(path), str(written)], check=False
    )

    assert ended.returncode == -signal.SIGXFSZ
    assert not path.exists()
    made = make_key_file(path, lambda count: bytes(range(count)))
    assert read_key_file(path) == made
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]
