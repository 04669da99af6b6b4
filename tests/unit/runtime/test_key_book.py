"""Keys: made, laid out for the intake, taken back; the secret is kept nowhere."""

import os
from pathlib import Path

import pytest

from countroom.core.errors import SettingsError
from countroom.core.instants import Instant
from countroom.runtime.key_book import KeyBook
from countroom.runtime.place import Place
from countroom.sources.rest.key_file import key_table

NOW = Instant(1_772_618_400_000_000)


def book(root: Path) -> KeyBook:
    return KeyBook(Place(root), brands=("lucky", "happy"), sources=("ft",), chance=os.urandom)


def knows(root: Path, secret: str) -> object:
    return key_table(Place(root).keys, now_s=lambda: 0.0).find([(b"x-api-key", secret.encode())])


def test_a_new_key_is_known_to_the_intake_with_its_source_and_brands(tmp_path: Path) -> None:
    made = book(tmp_path).create(NOW, source="ft", brands=("lucky",), label="till")

    entry = key_table(Place(tmp_path).keys, now_s=lambda: 0.0).find([(b"x-api-key", made.secret.encode())])

    assert entry is not None
    assert (entry.key_id, entry.source, entry.brands, entry.is_revoked) == (made.row.key_id, "ft", ("lucky",), False)


def test_a_key_that_names_no_brand_serves_all_of_them(tmp_path: Path) -> None:
    assert book(tmp_path).create(NOW, source="ft", brands=(), label="").row.brands == ("lucky", "happy")


def test_no_file_holds_the_secret(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(NOW, source="ft", brands=(), label="")
    keys.close()

    assert [path.name for path in tmp_path.iterdir() if made.secret.encode() in path.read_bytes()] == []


def test_a_key_taken_back_stays_taken_back_over_a_restart(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(NOW, source="ft", brands=(), label="")
    keys.revoke(made.row.key_id, Instant(NOW + 1))
    keys.close()

    [row] = book(tmp_path).all()

    assert row.revoked_at == NOW + 1
    assert getattr(knows(tmp_path, made.secret), "is_revoked", None) is True


def test_a_list_lost_by_a_kill_is_laid_out_again_at_the_next_start(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(NOW, source="ft", brands=(), label="")
    keys.close()
    Place(tmp_path).keys.unlink()

    book(tmp_path)

    assert knows(tmp_path, made.secret) is not None


@pytest.mark.parametrize(("source", "brands"), [("kafka", ()), ("ft", ("elsewhere",))])
def test_a_key_for_what_is_not_configured_is_not_made(tmp_path: Path, source: str, brands: tuple[str, ...]) -> None:
    keys = book(tmp_path)

    with pytest.raises(SettingsError, match="expected one of"):
        keys.create(NOW, source=source, brands=brands, label="")
    assert keys.all() == []


def test_revoking_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert book(tmp_path).revoke("key_none", NOW) is None
