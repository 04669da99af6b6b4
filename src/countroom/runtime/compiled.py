"""Whether the hot path runs as machine code, and whether that still is what the sources say (`make compiled`)."""

from pathlib import Path

import countroom


def compiled_modules(house: Path | None = None) -> list[Path]:
    """The compiled modules of the package in `house` (this one), in order of name; empty for plain Python."""
    return sorted((house or _house()).rglob("*.so"))


def outdated(house: Path | None = None) -> list[str]:
    """Sources that are newer than what was compiled of them, by their place in the package."""
    house = house or _house()
    found = []
    for module in compiled_modules(house):
        source = module.with_name(f"{module.name.partition('.')[0]}.py")
        if source.exists() and source.stat().st_mtime > module.stat().st_mtime:
            found.append(str(source.relative_to(house)))
    return found


def _house() -> Path:
    return Path(countroom.__file__).parent
