#!/usr/bin/env python3
"""Write the locks in requirements/, or check that they are current.

    scripts/lock.py write [--upgrade | --upgrade-package NAME ...]
    scripts/lock.py check

A lock is a list of exact versions with the hash of every file that may be installed, and without the address
of any registry, so that it holds behind a mirror as well.

`check` needs no network, and does not go red because somebody published a new version: the first line of a lock
is a digest of what was asked for in pyproject.toml together with the list itself. It differs as soon as either
was changed without `make lock`. What it cannot see is a version that was withdrawn since.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parent.parent
LOCKS: Final = ("run", "dev", "build")
"""In the order in which they are made: each keeps to the versions of the ones before it."""

_DIGEST: Final = re.compile(r"\A# digest: ([0-9a-f]{64})$", re.MULTILINE)
_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)
_ADDRESS: Final = re.compile(
    r"^\s*(?:-i|--(?:extra-)?index-url|--find-links|--trusted-host)\b|\w+://|\s@\s", re.MULTILINE
)


def asked(house: Path) -> str:
    """What pyproject.toml asks for, as one text; comments and the order of its tables do not matter."""
    project = tomllib.loads((house / "pyproject.toml").read_text("utf-8"))
    wanted = {
        "python": project["project"]["requires-python"],
        "run": project["project"]["dependencies"],
        "groups": project["dependency-groups"],
        "build-system": project["build-system"]["requires"],
    }
    return json.dumps(wanted, sort_keys=True)


def digest(asked_for: str, body: str) -> str:
    """The digest that stands in the first line of a lock with this `body`."""
    return hashlib.sha256(f"{asked_for}\n{body}".encode()).hexdigest()


def pins(body: str) -> dict[str, str]:
    """The exact version of each package in a lock."""
    return dict(_PIN.findall(body))


def faults(house: Path) -> list[str]:
    """What is wrong with the locks of `house`, one sentence each; empty when they are current."""
    found: list[str] = []
    locked: dict[str, dict[str, str]] = {}
    for name in LOCKS:
        where = f"requirements/{name}.txt"
        path = house / where
        if not path.is_file():
            found.append(f"{where}: expected a lock, found none; run 'make lock'")
            continue
        head, _, body = path.read_text("utf-8").partition("\n")
        stated = _DIGEST.match(head)
        if stated is None or stated[1] != digest(asked(house), body):
            found.append(f"{where}: is not what pyproject.toml asks for, or was edited by hand; run 'make lock'")
        if _ADDRESS.search(body):
            found.append(f"{where}: expected no address of a registry, found one; run 'make lock'")
        locked[name] = pins(body)
        found += [f"{where}: {name} has no hash; run 'make lock'" for name in _unhashed(body)]
    found += _disagreements(locked)
    return found


def _unhashed(body: str) -> list[str]:
    entries = re.split(r"^(?=[A-Za-z0-9])", body, flags=re.MULTILINE)
    return [pin[1] for entry in entries if (pin := _PIN.match(entry)) and "--hash=sha256:" not in entry]


def _disagreements(locked: dict[str, dict[str, str]]) -> list[str]:
    """Development is running and building, and then some: it holds each of their packages in the same version."""
    dev = locked.get("dev", {})
    return [
        f"requirements/{name}.txt: {package} is {version}, in dev.txt it is {there}; run 'make lock'"
        for name in ("run", "build")
        for package, version in locked.get(name, {}).items()
        if (there := dev.get(package, "missing")) != version
    ]


def write(house: Path, options: list[str]) -> None:
    """Make the locks anew. Versions already locked stay unless `options` say to upgrade."""
    groups = {"run": ["pyproject.toml"], "dev": ["pyproject.toml", "--group", "dev"], "build": ["--group", "build"]}
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11"]
    quiet = ["--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
    earlier: list[str] = []
    for name in LOCKS:
        path = house / "requirements" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        command = [*uv, *quiet, *options, *earlier, *groups[name], "--output-file", str(path.relative_to(house))]
        subprocess.run(command, cwd=house, check=True)
        body = path.read_text("utf-8")
        path.write_text(f"# digest: {digest(asked(house), body)}\n{body}", "utf-8")
        earlier += ["--constraint", str(path.relative_to(house))]


def main(arguments: list[str]) -> int:
    """Do what the command line says. Status 2 for a wrong command, 3 when `check` found something."""
    match arguments:
        case ["write", *options]:
            write(HOUSE, options)
            return 0
        case ["check"]:
            found = faults(HOUSE)
            print(*found or ["the locks are current"], sep="\n", file=sys.stderr if found else sys.stdout)
            return 3 if found else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
