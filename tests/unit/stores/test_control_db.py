"""The control database: what an older version made is taken on, and an audit row stands or falls with its change."""

from pathlib import Path

import pytest

from countroom.core.audit import AuditEntry, Mandate, entry_of, verify
from countroom.core.instants import Instant
from countroom.stores.embedded import control_db
from countroom.stores.embedded.audit_db import AuditFilter
from countroom.stores.embedded.control_db import ControlDatabase, KeyRow
from countroom.stores.embedded.sqlite import Layout, open_writer

NOW = Instant(1_772_618_400_000_000)
FIRST = Layout(name="control database", application_id=0x4352434E, version=1, schema=control_db._KEYS)  # noqa: SLF001


def key(key_id: str = "key_1", digest: str = "ab") -> KeyRow:
    return KeyRow(key_id=key_id, digest=digest, source="ft", brands=("lucky",), label="till", created_at=NOW)


def mandate(once: str = "") -> Mandate:
    return Mandate(who="ann", at=NOW, once=once, fingerprint="f")


def entry(act: str = "key.create", target: str = "key_1", at: int = NOW) -> AuditEntry:
    return AuditEntry(at=Instant(at), who="ann", act=act, target=target)


def test_keys_of_the_first_version_are_there_with_what_the_second_added(tmp_path: Path) -> None:
    old = open_writer(tmp_path / "control.db", FIRST)
    old.rows("INSERT INTO keys VALUES ('key_0', 'cd', 'ft', '[\"lucky\"]', 'old', 5, NULL)")
    old.close()

    database = ControlDatabase(tmp_path / "control.db")
    database.add_key(key(), mandate(), entry())

    assert [(row.key_id, row.scope) for row in database.every_key()] == [("key_0", "ingest"), ("key_1", "ingest")]
    assert verify(database.audit.walk()).rows == 1


def test_a_new_database_is_like_one_that_was_taken_on(tmp_path: Path) -> None:
    open_writer(tmp_path / "old.db", FIRST).close()
    shapes = []
    for name in ("old", "new"):
        ControlDatabase(tmp_path / f"{name}.db").close()
        database = open_writer(tmp_path / f"{name}.db", control_db.LAYOUT)
        shapes.append(database.rows("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name"))
        database.close()

    assert shapes[0] == shapes[1]


def test_a_change_that_fails_leaves_no_audit_row(tmp_path: Path) -> None:
    database = ControlDatabase(tmp_path / "control.db")
    database.add_key(key(), mandate(), entry())

    with pytest.raises(Exception, match="UNIQUE"):
        database.add_key(key("key_2"), mandate(), entry(target="key_2"))

    assert [row.entry.target for row in database.audit.walk()] == ["key_1"]


def test_the_chain_goes_on_over_a_restart(tmp_path: Path) -> None:
    for number in range(3):
        database = ControlDatabase(tmp_path / "control.db")
        database.add_key(key(f"key_{number}", digest=f"a{number}"), mandate(), entry(target=f"key_{number}"))
        database.close()

    verdict = verify(ControlDatabase(tmp_path / "control.db").audit.walk())
    assert (verdict.rows, verdict.fault) == (3, None)


def test_a_row_altered_on_the_disk_is_found(tmp_path: Path) -> None:
    database = ControlDatabase(tmp_path / "control.db")
    for number in range(3):
        database.add_key(key(f"key_{number}", digest=f"a{number}"), mandate(), entry(target=f"key_{number}"))
    database.close()
    other = open_writer(tmp_path / "control.db", control_db.LAYOUT)
    other.rows("UPDATE audit SET who = 'bob' WHERE number = 2")
    other.close()

    fault = verify(ControlDatabase(tmp_path / "control.db").audit.walk()).fault

    assert fault is not None
    assert fault.number == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditFilter(), [4, 3, 2, 1]),
        (AuditFilter(act="key"), [2, 1]),
        (AuditFilter(act="key.create"), [1]),
        (AuditFilter(act="ke"), []),
        (AuditFilter(target="l-1"), [4, 3]),
        (AuditFilter(who="bob"), []),
        (AuditFilter(since=Instant(2)), [4, 3, 2]),
        (AuditFilter(since=Instant(2), until=Instant(4)), [3, 2]),
    ],
)
def test_audit_rows_are_found_by_what_they_are_about(tmp_path: Path, wanted: AuditFilter, found: list[int]) -> None:
    database = ControlDatabase(tmp_path / "control.db")
    acts = (("key.create", "k"), ("key.revoke", "k"), ("link.add", "l-1"), ("link.remove", "l-1"))
    for at, (act, target) in enumerate(acts, start=1):
        database.links.note(entry(act, target, at))

    assert [row.number for row in database.audit.page(wanted, before=None, limit=9)] == found
    assert [row.number for row in database.audit.page(wanted, before=3, limit=9)] == [n for n in found if n < 3]


def test_what_was_asked_under_a_name_is_remembered_with_the_change(tmp_path: Path) -> None:
    database = ControlDatabase(tmp_path / "control.db")
    database.add_key(key(), mandate("first"), entry())

    assert database.audit.done_once("ann", "first") == ("f", "key_1")
    assert database.audit.done_once("bob", "first") is None

    database.audit.forget_once(Instant(NOW + 1))
    assert database.audit.done_once("ann", "first") is None


def test_an_entry_carries_who_and_why() -> None:
    made = entry_of(
        Mandate(who="ann", at=NOW, reason="lost", request_id="r"), "key.revoke", "key_1", before={"a": 1}, after=None
    )

    assert (made.who, made.reason, made.request_id, made.at, made.before, made.after) == (
        "ann",
        "lost",
        "r",
        NOW,
        {"a": 1},
        None,
    )
