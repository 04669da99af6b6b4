"""What the vault process does with its rows: the one place where the key file's key is used."""

from pathlib import Path

from countroom.core.errors import SettingsError
from countroom.core.ids import PlayerKey
from countroom.ports import IndexRow, VaultChange, VaultRows
from countroom.vault.cipher import Chance
from countroom.vault.keys import MasterKey, make_key_file, read_key_file
from countroom.vault.messages import (
    AnyAsk,
    AnySay,
    AskErase,
    AskKeep,
    AskKeys,
    AskPlayers,
    AskQuarantineKey,
    AskValues,
    AskWell,
    SayKept,
    SayKeys,
    SayPlayers,
    SayQuarantineKey,
    SayValues,
    ToIndex,
)
from countroom.vault.tokens import EMAIL, PHONE, blind, normal_email, normal_phone


def opened(rows: VaultRows, key_file: Path, *, chance: Chance) -> "Guard":
    """The vault over `rows`, with the key in `key_file`; made when neither was used before.

    Raises:
        SettingsError: the key file is missing though it was used, is open to others, or is another vault's.
    """
    mark = rows.key_mark()
    if mark is None and not key_file.exists():
        make_key_file(key_file, chance)
    elif not key_file.exists():
        raise SettingsError(
            f"vault key file {key_file}: expected the key that this vault was made with, found no file; "
            "restore it from its backup: without it the personal data cannot be read by anybody"
        )
    master = MasterKey(read_key_file(key_file), chance)
    if mark is None:
        rows.set_key_mark(master.mark)
    elif mark != master.mark:
        raise SettingsError(
            f"vault key file {key_file}: expected key {mark.hex()}, which this vault was made with, "
            f"found key {master.mark.hex()}; restore the right one"
        )
    return Guard(rows, master)


class Guard:
    """Answers what is asked over the socket. One thread."""

    def __init__(self, rows: VaultRows, master: MasterKey) -> None:
        self._rows = rows
        self._master = master

    def answer(self, ask: AnyAsk) -> AnySay:
        """What to say to `ask`; durable where something had to be recorded.

        Raises:
            Unavailable: the rows are away. Nothing was recorded.
            Damaged: a row cannot be opened with this key file.
        """
        match ask:
            case AskKeys():
                return SayKeys(self._keys(ask))
            case AskKeep():
                return SayKept(self._keep(ask))
            case AskQuarantineKey():
                return SayQuarantineKey(self._quarantine_key(ask))
            case AskPlayers():
                return SayPlayers(self._players(ask))
            case AskValues(player=player):
                return SayValues(tuple(self._rows.values(player)))
            case AskErase(player=player, at=at):
                self._rows.erase(player, at)
                return SayKept((player,))
            case AskWell():
                return SayKept()

    def _keys(self, ask: AskKeys) -> tuple[bytes, ...]:
        found: dict[PlayerKey, bytes] = {}
        fresh: dict[PlayerKey, bytes] = {}
        for player, kept in zip(ask.players, self._rows.player_keys(ask.players), strict=True):
            if kept is not None:
                found[player] = b"" if kept.is_erased else self._master.unwrap_player_key(player, kept.wrapped)
            elif ask.create and player not in fresh:
                fresh[player] = self._master.new_key()
        if fresh:
            wrapped = [(player, self._master.wrap_player_key(player, key)) for player, key in fresh.items()]
            self._rows.record(VaultChange(at=ask.at, player_keys=wrapped))
        return tuple(found.get(player) or fresh.get(player, b"") for player in ask.players)

    def _keep(self, ask: AskKeep) -> tuple[PlayerKey, ...]:
        players = list(dict.fromkeys([v.player for v in ask.values] + [i.player for i in ask.index]))
        kept = zip(players, self._rows.player_keys(players), strict=True)
        erased = {player for player, key in kept if key is not None and key.is_erased}
        values = [value for value in ask.values if value.player not in erased]
        index = [self._index_row(entry) for entry in ask.index if entry.player not in erased]
        if values or index:
            self._rows.record(VaultChange(at=ask.at, values=values, index=index))
        return tuple(erased)

    def _quarantine_key(self, ask: AskQuarantineKey) -> bytes:
        wrapped = self._rows.quarantine_key(ask.brand, ask.month)
        if wrapped is not None:
            return self._master.unwrap_quarantine_key(ask.brand, ask.month, wrapped=wrapped)
        if not ask.create:
            return b""
        key = self._master.new_key()
        wrapped = self._master.wrap_quarantine_key(ask.brand, ask.month, key=key)
        self._rows.record(VaultChange(at=ask.at, quarantine_keys=[(ask.brand, ask.month, wrapped)]))
        return key

    def _players(self, ask: AskPlayers) -> tuple[PlayerKey, ...]:
        sought = self._blind(ask.brand, ask.field, value=ask.value, country=ask.country)
        return tuple(self._rows.holders(ask.brand, ask.field, blind=sought))

    def _index_row(self, entry: ToIndex) -> IndexRow:
        found = self._blind(entry.player.brand, entry.field, value=entry.value, country=entry.country)
        return IndexRow(entry.player, entry.field, found)

    def _blind(self, brand: str, field: str, *, value: str, country: str) -> bytes:
        return blind(self._master.index_key(brand), field, normal=normal(field, value, country=country))


def normal(field: str, value: str, *, country: str = "") -> str:
    """The form in which values of `field` are compared in the blind index."""
    if field == EMAIL:
        return normal_email(value)
    if field == PHONE:
        return normal_phone(value, country)
    return value
