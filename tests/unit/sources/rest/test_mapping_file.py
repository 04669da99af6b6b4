"""The mappings as the intake follows them: from a file that another process writes."""

from pathlib import Path

import msgspec
import pytest

from countroom.core.errors import SettingsError
from countroom.dialects.mapping import Rename, SourceMapping
from countroom.sources.rest.mapping_file import Held, MappingTable


def write(path: Path, **versions: int) -> None:
    rules = (Rename(field="$.amt", to="$.amount"),)
    content = {source: SourceMapping(version, rules) for source, version in versions.items()}
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(content))
    fresh.replace(path)


def version(held: Held) -> int | None:
    return None if held.mender is None else held.mender.version


def test_without_a_file_there_is_no_mapping(tmp_path: Path) -> None:
    table = MappingTable(tmp_path / "mappings.json")
    table.follow()

    assert (table.of("ft").mender, table.fault) == (None, None)


def test_a_version_that_is_published_is_found_at_the_next_look(tmp_path: Path) -> None:
    path = tmp_path / "mappings.json"
    table = MappingTable(path)
    held = table.of("ft")
    write(path, ft=1)
    assert version(held) is None

    table.follow()

    assert (version(held), version(table.of("other"))) == (1, None)


def test_a_file_written_again_with_the_same_version_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mappings.json"
    write(path, ft=1)
    table = MappingTable(path)
    before = table.of("ft").mender
    write(path, ft=1, other=1)

    table.follow()

    assert table.of("ft").mender is before
    assert table.of("other").mender is not None


def test_a_file_that_cannot_be_read_leaves_what_counted_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mappings.json"
    write(path, ft=1)
    table = MappingTable(path)
    path.write_text("nonsense", "utf-8")

    table.follow()
    assert "the mappings cannot be read" in (table.fault or "")
    assert table.of("ft").mender is not None

    write(path, ft=2)
    table.follow()
    assert table.fault is None


def test_a_file_of_something_else_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "mappings.json"
    path.write_text("nonsense", "utf-8")

    with pytest.raises(SettingsError, match="mappings"):
        MappingTable(path)
