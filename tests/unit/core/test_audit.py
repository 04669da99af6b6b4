"""The chain of audit rows: whatever is altered, cut out or put in is found, at its row."""

import msgspec
import pytest

from countroom.core.audit import START, AuditEntry, AuditRow, hash_of, verify
from countroom.core.instants import Instant


def chain(length: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    tip = START
    for number in range(1, length + 1):
        entry = AuditEntry(at=Instant(number), who="ann", act="link.add", target=f"l-{number}", after={"n": number})
        tip = hash_of(tip, number, entry)
        rows.append(AuditRow(number, entry, tip))
    return rows


def test_rows_as_they_were_written_hold() -> None:
    rows = chain(5)

    assert (verify(rows).rows, verify(rows).tip, verify(rows).fault) == (5, rows[-1].hash, None)


def test_no_rows_hold_too() -> None:
    assert verify([]).fault is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": Instant(9)},
        {"who": "bob"},
        {"act": "link.remove"},
        {"target": "l-9"},
        {"reason": "because"},
        {"request_id": "r"},
        {"before": {}},
        {"after": {"n": 4}},
        {"after": None},
    ],
)
def test_a_row_that_was_altered_in_any_field_is_where_the_chain_breaks(change: dict[str, object]) -> None:
    rows = chain(5)
    rows[2] = AuditRow(3, msgspec.structs.replace(rows[2].entry, **change), rows[2].hash)

    verdict = verify(rows)

    assert verdict.fault is not None
    assert (verdict.rows, verdict.fault.number) == (2, 3)


def test_a_row_that_was_altered_with_its_hash_breaks_the_chain_at_the_next() -> None:
    rows = chain(5)
    entry = msgspec.structs.replace(rows[2].entry, who="bob")
    rows[2] = AuditRow(3, entry, hash_of(rows[1].hash, 3, entry))

    assert (fault := verify(rows).fault) is not None
    assert fault.number == 4


@pytest.mark.parametrize("gone", [0, 2])
def test_a_row_that_was_cut_out_is_missed(gone: int) -> None:
    rows = chain(5)
    del rows[gone]

    assert (fault := verify(rows).fault) is not None
    assert fault.number == gone + 1


def test_rows_cut_off_at_the_end_are_seen_by_a_tip_that_was_kept() -> None:
    rows = chain(5)

    shorter = verify(rows[:4])

    assert shorter.fault is None
    assert shorter.tip != verify(rows).tip
