"""Keys: made, laid out for the intake, taken back; the secret is kept nowhere."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from countroom.core.audit import Mandate
from countroom.core.errors import SettingsError
from countroom.core.instants import SECOND, Instant
from countroom.runtime.key_book import KeyBook, KeyWanted
from countroom.runtime.key_use import KeyUse, read_use
from countroom.runtime.place import Place
from countroom.sources.rest.key_file import key_table
from countroom.stores.embedded.control_db import ControlDatabase

NOW = Instant(1_772_618_400_000_000)
BY_ANN = Mandate(who="ann", at=NOW)
LATER = Mandate(who="bob", at=Instant(NOW + 1))
TILL = KeyWanted(source="ft", brands=("lucky",), label="till")


class Opened:
    """A book and the database under it."""

    def __init__(self, root: Path) -> None:
        self.database = ControlDatabase(root / "control.db")
        place = Place(root)
        self.keys = KeyBook(place, self.database, brands=("lucky", "happy"), sources=("ft",), chance=os.urandom)


def book(root: Path) -> KeyBook:
    return Opened(root).keys


def knows(root: Path, secret: str) -> object:
    return key_table(Place(root).keys, now_s=lambda: 0.0).find([(b"x-api-key", secret.encode())])


def test_a_new_key_is_known_to_the_intake_with_its_source_and_brands(tmp_path: Path) -> None:
    made = book(tmp_path).create(TILL, BY_ANN)

    entry = key_table(Place(tmp_path).keys, now_s=lambda: 0.0).find([(b"x-api-key", made.secret.encode())])

    assert entry is not None
    assert (entry.key_id, entry.source, entry.brands, entry.is_revoked) == (made.row.key_id, "ft", ("lucky",), False)


def test_a_key_that_names_no_brand_serves_all_of_them(tmp_path: Path) -> None:
    assert book(tmp_path).create(KeyWanted(source="ft"), BY_ANN).row.brands == ("lucky", "happy")


@pytest.mark.parametrize("wanted", [TILL, KeyWanted(scope="admin")])
def test_no_file_holds_the_secret(tmp_path: Path, wanted: KeyWanted) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(wanted, BY_ANN)
    opened.database.close()

    assert [path.name for path in tmp_path.iterdir() if made.secret.encode() in path.read_bytes()] == []


def test_a_key_taken_back_stays_taken_back_over_a_restart(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(TILL, BY_ANN)
    opened.keys.revoke(made.row.key_id, LATER)
    opened.database.close()

    [row] = book(tmp_path).all()

    assert row.revoked_at == NOW + 1
    assert getattr(knows(tmp_path, made.secret), "is_revoked", None) is True


def test_a_list_lost_by_a_kill_is_laid_out_again_at_the_next_start(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(TILL, BY_ANN)
    opened.database.close()
    Place(tmp_path).keys.unlink()

    book(tmp_path)

    assert knows(tmp_path, made.secret) is not None


@pytest.mark.parametrize(
    "wanted",
    [
        KeyWanted(source="kafka"),
        KeyWanted(source="ft", brands=("elsewhere",)),
        KeyWanted(scope="admin", source="ft"),
        KeyWanted(scope="read", brands=("lucky",)),
    ],
)
def test_a_key_for_what_is_not_configured_is_not_made(tmp_path: Path, wanted: KeyWanted) -> None:
    keys = book(tmp_path)

    with pytest.raises(SettingsError, match="expected"):
        keys.create(wanted, BY_ANN)
    assert keys.all() == []


def test_revoking_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert book(tmp_path).revoke("key_none", LATER) is None


def test_a_key_of_the_admin_api_is_no_key_of_the_intake(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(KeyWanted(scope="operate", label="console"), BY_ANN)

    assert knows(tmp_path, made.secret) is None
    assert (found := keys.of_api(sha256(made.secret.encode()).hexdigest(), NOW)) is not None
    assert (found.scope, found.label) == ("operate", "console")


def test_a_key_of_the_intake_is_no_key_of_the_admin_api(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(TILL, BY_ANN)

    assert keys.of_api(sha256(made.secret.encode()).hexdigest(), NOW) is None


def test_a_key_of_the_admin_api_that_was_taken_back_counts_no_more(tmp_path: Path) -> None:
    keys = book(tmp_path)
    made = keys.create(KeyWanted(scope="read"), BY_ANN)
    keys.revoke(made.row.key_id, LATER)

    assert keys.of_api(sha256(made.secret.encode()).hexdigest(), NOW) is None


def test_the_last_use_of_a_key_is_kept_over_a_restart(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(KeyWanted(scope="read"), BY_ANN)
    opened.keys.of_api(made.row.digest, Instant(NOW + 7))
    opened.keys.note_use()
    opened.database.close()

    assert [row.last_used_at for row in book(tmp_path).all()] == [NOW + 7]


def test_who_made_a_key_and_who_took_it_back_is_in_the_audit_log(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(TILL, BY_ANN)
    opened.keys.revoke(made.row.key_id, LATER)
    opened.keys.revoke(made.row.key_id, LATER)

    found = [(row.entry.act, row.entry.who, row.entry.target) for row in opened.database.audit.walk()]
    assert found == [("key.create", "ann", made.row.key_id), ("key.revoke", "bob", made.row.key_id)]


def test_a_senders_use_is_told_once_a_minute_and_none_is_lost(tmp_path: Path) -> None:
    use = KeyUse(tmp_path / "key-use.json")
    told = [use.tell({"key_1": Instant(NOW + n * SECOND)}) for n in range(150)]

    assert [n for n, has in enumerate(told) if has] == [0, 60, 120]
    assert read_use(tmp_path / "key-use.json") == {"key_1": NOW + 120 * SECOND}
    assert not KeyUse(tmp_path / "key-use.json").tell({"key_1": Instant(NOW + 121 * SECOND)})


def test_a_key_of_a_sender_shows_its_last_use_and_a_later_one_is_never_overwritten(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    place = Place(tmp_path)
    place.run.mkdir()
    key_id = opened.keys.create(TILL, BY_ANN).row.key_id
    KeyUse(place.key_use).tell({key_id: LATER.at, "key_gone": NOW})

    assert [row.last_used_at for row in opened.keys.all()] == [LATER.at]
    opened.database.used_keys({key_id: NOW})
    assert [row.last_used_at for row in opened.keys.all()] == [LATER.at]


def test_an_api_key_is_written_down_once_a_minute_unless_somebody_looks(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    made = opened.keys.create(KeyWanted(scope="read"), BY_ANN)
    noted = []
    for n in range(130):
        opened.keys.of_api(made.row.digest, Instant(NOW + n * SECOND))
        opened.keys.note_use()
        row = opened.database.key(made.row.key_id)
        noted.append(row.last_used_at if row else None)

    assert sorted(set(noted)) == [NOW, NOW + 60 * SECOND, NOW + 120 * SECOND]  # type: ignore[type-var]
    assert opened.keys.all()[0].last_used_at == NOW + 129 * SECOND
