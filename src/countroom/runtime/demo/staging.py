"""The demo's hub: a fresh directory, a process of its own, and its end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from countroom.core.errors import SettingsError, Unavailable
from countroom.runtime.demo.plan import KEY_FILE, MARK, PARTNER_KEY, Plan, configuration, is_demo
from countroom.runtime.endpoints import Endpoints, read_endpoints

_LOOK_S: Final = 0.02
_START_S: Final = 30.0
_STOP_S: Final = 10.0
LOG_NAME: Final = "hub.log"


def fresh_directory(plan: Plan) -> bool:
    """Make the demo's directory; True when an earlier demo's was emptied for it.

    Raises:
        SettingsError: there is something else, or a hub runs on it.
    """
    root = plan.root
    was_there = root.exists() and any(root.iterdir())
    if was_there:
        if not is_demo(root):
            raise SettingsError(
                f"{root}: expected a directory of an earlier demo or none; name another with --data-dir"
            )
        if read_endpoints(root):
            raise SettingsError(f"{root}: an earlier demo's hub still runs here; stop it, or name another directory")
        shutil.rmtree(root)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    (root / "countroom.toml").write_text(f"{MARK}\n", "utf-8")
    return was_there


def configure(plan: Plan, partner_url: str) -> None:
    """Write the demo's configuration: its partner is to be told at `partner_url`."""
    (plan.root / KEY_FILE).touch(0o600)
    (plan.root / KEY_FILE).write_text(f"{PARTNER_KEY}\n", "ascii")
    (plan.root / "countroom.toml").write_text(configuration(plan.shards, partner_url), "utf-8")


class DemoHub:
    """`countroom run` in a process of its own; it dies with the demo."""

    def __init__(self, root: Path, command: Sequence[str]) -> None:
        self.root = root
        self._log = (root / LOG_NAME).open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "run", "--config", str(root / "countroom.toml"), "--data-dir", str(root)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, "COUNTROOM_PARENT": str(os.getpid())},
            start_new_session=True,
        )

    def wait_until_ready(self) -> Endpoints:
        """The hub's addresses, as soon as it takes messages.

        Raises:
            Unavailable: it ended, or took too long.
        """
        until_s = time.monotonic() + _START_S
        while time.monotonic() < until_s:
            if self._process.poll() is not None:
                raise Unavailable(f"the demo's hub ended at its start; {self.root / LOG_NAME} says why")
            endpoints = read_endpoints(self.root)
            if endpoints is not None and endpoints.is_ready and endpoints.pid == self._process.pid:
                return endpoints
            time.sleep(_LOOK_S)
        raise Unavailable(f"the demo's hub is not ready after {_START_S:g} s; {self.root / LOG_NAME} says why")

    def stop(self) -> int:
        """Ask it to end, and wait; its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._log.close()
        return status


def pids(root: Path) -> dict[str, int]:
    """The hub's processes that are up, by name."""
    endpoints = read_endpoints(root)
    if endpoints is None:
        return {}
    return {p.name: p.pid for p in endpoints.processes if p.pid is not None and p.state == "up"}


def kill(pid: int) -> bool:
    """End a process at once; False when it was gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def own_command() -> list[str]:
    """How this very command line is started again."""
    return [sys.executable, "-m", "countroom.cli.main"]
