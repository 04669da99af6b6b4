"""A disk that fills up is told before it is full."""

from pathlib import Path

from countroom.runtime.disk import no_room


def test_a_folder_with_room_is_well(tmp_path: Path) -> None:
    assert no_room(tmp_path, least_bytes=1) is None


def test_too_little_room_is_told_with_what_is_left_and_what_is_wanted(tmp_path: Path) -> None:
    told = no_room(tmp_path, least_bytes=1 << 60)

    assert told is not None
    assert "MB are left on the disk, at least 1099511627776 are wanted" in told
