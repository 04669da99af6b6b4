"""What the rows of a vault promise, whatever they lie in."""

from abc import ABC, abstractmethod

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import parse
from countroom.ports import IndexRow, KeptKey, KeptValue, VaultChange, VaultRows

NOON = parse("2026-11-21T12:00:00Z")


def player(own_id: str, brand: str = "lucky") -> PlayerKey:
    return PlayerKey(BrandId(brand), PlayerId(own_id))


ANN, BEN = player("17"), player("18")

ALL_OF_ANN = VaultChange(
    at=NOON,
    player_keys=[(ANN, b"key of ann")],
    quarantine_keys=[("lucky", "2026-11", b"key of november")],
    values=[KeptValue(ANN, "city", b"t1", b"c1"), KeptValue(ANN, "email", b"t2", b"c2")],
    index=[IndexRow(ANN, "email", b"blind")],
)


class VaultRowsContract(ABC):
    """A peer says how to open it, and how to lose it."""

    @abstractmethod
    def open_rows(self) -> VaultRows:
        """The rows, as the one before left them."""

    @abstractmethod
    def crash(self) -> None:
        """End all that is open as a power cut or a kill would."""

    def test_what_was_recorded_is_read_as_it_was_after_a_crash(self) -> None:
        rows = self.open_rows()
        rows.set_key_mark(b"mark")
        rows.record(ALL_OF_ANN)

        self.crash()
        rows = self.open_rows()

        assert rows.key_mark() == b"mark"
        assert rows.player_keys([BEN, ANN]) == [None, KeptKey(b"key of ann")]
        assert rows.quarantine_key("lucky", "2026-11") == b"key of november"
        assert rows.values(ANN) == list(ALL_OF_ANN.values)
        assert rows.holders("lucky", "email", blind=b"blind") == [ANN]

    def test_new_rows_belong_to_no_key_file(self) -> None:
        assert self.open_rows().key_mark() is None

    def test_what_is_there_already_stays_as_it_is(self) -> None:
        rows = self.open_rows()
        rows.record(ALL_OF_ANN)

        rows.record(
            VaultChange(
                at=NOON,
                player_keys=[(ANN, b"other"), (BEN, b"key of ben")],
                quarantine_keys=[("lucky", "2026-11", b"other"), ("lucky", "2026-12", b"december")],
                values=[KeptValue(ANN, "city", b"t1", b"other"), KeptValue(ANN, "city", b"t3", b"c3")],
                index=[IndexRow(ANN, "email", b"blind"), IndexRow(BEN, "email", b"blind")],
            )
        )

        assert rows.player_keys([ANN, BEN]) == [KeptKey(b"key of ann"), KeptKey(b"key of ben")]
        assert rows.quarantine_key("lucky", "2026-11") == b"key of november"
        assert [(value.token, value.cipher) for value in rows.values(ANN)] == [
            (b"t1", b"c1"),
            (b"t3", b"c3"),
            (b"t2", b"c2"),
        ]
        assert rows.holders("lucky", "email", blind=b"blind") == [ANN, BEN]

    def test_brands_fields_and_players_are_kept_apart(self) -> None:
        rows = self.open_rows()
        rows.record(ALL_OF_ANN)

        assert rows.values(player("17", "happy")) == []
        assert rows.player_keys([player("17", "happy")]) == [None]
        assert rows.quarantine_key("happy", "2026-11") is None
        assert rows.holders("happy", "email", blind=b"blind") == []
        assert rows.holders("lucky", "phone", blind=b"blind") == []

    def test_an_erased_player_leaves_a_tombstone_and_nothing_else_also_after_a_crash(self) -> None:
        rows = self.open_rows()
        rows.record(ALL_OF_ANN)
        rows.record(VaultChange(at=NOON, player_keys=[(BEN, b"key of ben")], index=[IndexRow(BEN, "email", b"blind")]))

        assert rows.erase(ANN, NOON)
        self.crash()
        rows = self.open_rows()

        assert rows.player_keys([ANN, BEN]) == [KeptKey(b"", is_erased=True), KeptKey(b"key of ben")]
        assert rows.values(ANN) == []
        assert rows.holders("lucky", "email", blind=b"blind") == [BEN]

    def test_erasing_twice_or_before_anything_is_known_is_fine(self) -> None:
        rows = self.open_rows()

        assert rows.erase(ANN, NOON)
        assert not rows.erase(ANN, NOON)
        rows.record(VaultChange(at=NOON, player_keys=[(ANN, b"key")]))
        assert rows.player_keys([ANN]) == [KeptKey(b"", is_erased=True)]
