"""A data directory: what is fixed at its making, and who may read what is in it."""

from pathlib import Path

import msgspec
import pytest

from countroom.config.settings import HubSection, Settings
from countroom.core.errors import SettingsError
from countroom.runtime.place import Founding, Place, write_private

TWO = Settings(hub=HubSection(shards=2))
THREE = Settings(hub=HubSection(shards=3))


def test_the_number_of_shards_is_fixed_when_the_directory_is_made(tmp_path: Path) -> None:
    Place(tmp_path).found(TWO)

    Place(tmp_path).found(TWO)
    with pytest.raises(SettingsError, match=r"hub\.shards: expected 2, as .* was made, got 3; .*reshard"):
        Place(tmp_path).found(THREE)


def test_a_directory_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    place = Place(tmp_path)
    write_private(place.founding, msgspec.json.encode(Founding(layout=99, shards=2)))

    with pytest.raises(SettingsError, match="a later Countroom wrote it"):
        place.found(TWO)


def test_the_directory_and_what_is_written_there_is_its_owners_alone(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    place.root.mkdir()

    place.found(TWO)

    modes = {path.name: path.stat().st_mode & 0o777 for path in (place.root, place.run, place.founding, place.settings)}
    assert modes == {"data": 0o700, "run": 0o700, "hub.json": 0o600, "settings.json": 0o600}


def test_the_settings_of_the_last_start_are_kept(tmp_path: Path) -> None:
    Place(tmp_path).found(TWO)

    assert Place(tmp_path).kept_settings() == TWO


def test_where_no_hub_ever_ran_there_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a data directory, found none"):
        Place(tmp_path).kept_settings()
