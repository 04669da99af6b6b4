import os
import socket
from pathlib import Path

import pytest

from countroom.core.errors import Damaged, Unavailable
from countroom.core.events import Sealed
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import parse
from countroom.ports import Personal
from countroom.vault.client import VaultClient
from countroom.vault.line import Line
from tests.unit.vault.running import RunningVault

NOON = parse("2026-11-21T12:00:00Z")
PROFILE = {"email": "Ann@Example.com", "first_name": "Ann", "mobile": "79123456", "mobile_prefix": "356"}


def player(own_id: str, brand: str = "lucky") -> PlayerKey:
    return PlayerKey(BrandId(brand), PlayerId(own_id))


ANN, BEN = player("17"), player("18")


def tokens(sealed: tuple[Sealed, ...]) -> dict[str, bytes]:
    return {s.field: s.token for s in sealed}


def test_what_was_sealed_opens_again_in_another_process(vault: RunningVault) -> None:
    sealed = vault.client().seal(ANN, PROFILE, at=NOON)

    assert vault.client().open(ANN, sealed) == PROFILE


def test_equal_values_have_equal_tokens_and_unequal_ciphertexts(vault: RunningVault) -> None:
    once, again = vault.client().seal(ANN, PROFILE, at=NOON), vault.client().seal(ANN, PROFILE, at=NOON)

    assert tokens(once) == tokens(again)
    assert not {s.cipher for s in once} & {s.cipher for s in again}


def test_two_players_share_no_token_of_a_value(vault: RunningVault) -> None:
    client = vault.client()

    assert not set(tokens(client.seal(ANN, PROFILE, at=NOON)).values()) & set(
        tokens(client.seal(BEN, PROFILE, at=NOON)).values()
    )


def test_one_players_value_does_not_open_as_anothers(vault: RunningVault) -> None:
    client = vault.client()
    sealed = client.seal(ANN, PROFILE, at=NOON)
    client.seal(BEN, PROFILE, at=NOON)

    with pytest.raises(Damaged):
        client.open(BEN, sealed)


def test_opening_makes_no_key(vault: RunningVault) -> None:
    client = vault.client()

    assert client.open(ANN, [Sealed("email", b"t", b"c")]) == {}
    client.seal(ANN, PROFILE, at=NOON)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ann@example.com"),
        ("email", " ANN@EXAMPLE.COM"),
        ("phone", "+35679123456"),
        ("phone", "00356 79123456"),
    ],
)
def test_a_player_is_found_by_mail_or_phone_however_written(vault: RunningVault, field: str, value: str) -> None:
    client = vault.client()
    client.seal(ANN, PROFILE, at=NOON)

    assert client.find("lucky", field, value=value) == [ANN]
    assert client.find("happy", field, value=value) == []


def test_a_number_without_prefix_is_read_as_one_of_the_players_country(vault: RunningVault) -> None:
    client = vault.client()
    client.seal_all([Personal(ANN, {"mobile": "7912 3456"}, NOON, "MT")])

    assert client.find("lucky", "phone", value="+35679123456") == [ANN]


def test_ciphertext_in_the_mail_column_is_found_as_it_is(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, {"email": "gAAAAABf8x=="}, at=NOON)

    assert client.find("lucky", "email", value="gAAAAABf8x==") == [ANN]
    assert client.find("lucky", "email", value="gaaaaabf8x==") == []


def test_all_who_share_an_address_are_found(vault: RunningVault) -> None:
    client = vault.client()
    client.seal_all([Personal(who, {"email": "both@example.com"}, NOON) for who in (BEN, ANN)])

    assert client.find("lucky", "email", value="both@example.com") == [ANN, BEN]


def test_the_vault_holds_every_value_of_the_profile_once_and_none_of_an_event_alone(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, {"city": "Sliema", "event.ip_address": "192.0.2.7", "free.meta": '{"a":1}'}, at=NOON)
    client.seal(ANN, {"city": "Sliema"}, at=NOON)
    vault.client().seal(ANN, {"city": "Sliema"}, at=NOON)
    client.seal(ANN, {"city": "Valletta"}, at=NOON)

    held = client.held(ANN)

    assert [s.field for s in held] == ["city", "city"]
    assert {client.open(ANN, [s])["city"] for s in held} == {"Sliema", "Valletta"}


def test_a_known_player_needs_no_vault_for_what_it_holds_and_for_his_events(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, PROFILE, at=NOON)
    vault.stop()

    sealed = client.seal(ANN, {**PROFILE, "event.ip_address": "192.0.2.7"}, at=NOON)

    assert client.open(ANN, sealed)["event.ip_address"] == "192.0.2.7"
    with pytest.raises(Unavailable, match="the vault is away"):
        client.seal(ANN, {"email": "new@example.com"}, at=NOON)


def test_without_the_vault_only_those_fail_who_need_it(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, {"city": "Sliema"}, at=NOON)
    vault.stop()
    wanted = [Personal(ANN, {"free.meta": "{}"}, NOON), Personal(BEN, {"free.meta": "{}"}, NOON)]
    wanted.append(Personal(ANN, {"city": "Valletta"}, NOON))

    first, second, third = client.seal_all(wanted)

    assert isinstance(first, tuple)
    assert isinstance(second, Unavailable)
    assert isinstance(third, Unavailable)


def test_a_client_goes_on_by_itself_when_the_vault_is_back(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, PROFILE, at=NOON)
    vault.stop()
    assert client.fault() is not None

    vault.start()

    assert client.fault() is None
    assert client.find("lucky", "email", value="ann@example.com") == [ANN]


def test_a_restart_between_two_questions_goes_unnoticed(vault: RunningVault) -> None:
    client = vault.client()
    client.seal(ANN, PROFILE, at=NOON)
    vault.stop()
    vault.start()

    client.seal(BEN, PROFILE, at=NOON)

    assert client.find("lucky", "email", value="ann@example.com") == [ANN, BEN]


def test_keys_beyond_the_bound_are_asked_for_again(vault: RunningVault) -> None:
    client = vault.client(keys_held=2)
    sealed = {n: client.seal(player(str(n)), {"city": f"c{n}"}, at=NOON) for n in range(5)}

    assert {n: client.open(player(str(n)), s) for n, s in sealed.items()} == {n: {"city": f"c{n}"} for n in range(5)}


def test_no_more_keys_are_held_than_the_bound_and_the_last_used_stay(vault: RunningVault) -> None:
    client = vault.client(keys_held=2)
    for who in ("1", "2", "1", "3"):
        client.seal(player(who), {"free.meta": "{}"}, at=NOON)
    vault.stop()

    answers = client.seal_all([Personal(player(who), {"free.meta": "{}"}, NOON) for who in ("1", "2", "3")])

    assert [isinstance(answer, tuple) for answer in answers] == [True, False, True]


def test_a_batch_larger_than_the_bound_is_sealed_all_the_same(vault: RunningVault) -> None:
    wanted = [Personal(player(str(n)), {"city": "Sliema"}, NOON) for n in range(5)]

    assert all(isinstance(answer, tuple) and answer for answer in vault.client(keys_held=2).seal_all(wanted))


def test_nothing_of_an_erased_player_can_be_read_found_or_kept(vault: RunningVault) -> None:
    client = vault.client()
    sealed = client.seal(ANN, PROFILE, at=NOON)

    client.erase(ANN, NOON)

    for any_client in (client, vault.client()):
        assert any_client.open(ANN, sealed) == {}
        assert any_client.find("lucky", "email", value="ann@example.com") == []
        assert any_client.held(ANN) == ()
        assert any_client.seal(ANN, {"city": "Sliema"}, at=NOON) == ()
        assert any_client.dropped == 1


def test_a_client_that_still_knows_an_erased_key_cannot_bring_him_back(vault: RunningVault) -> None:
    late = vault.client()
    late.seal(ANN, {"city": "Sliema"}, at=NOON)
    vault.client().erase(ANN, NOON)

    assert late.seal(ANN, {"email": "ann@example.com"}, at=NOON) == ()
    assert late.dropped == 1
    assert vault.client().held(ANN) == ()
    assert vault.client().find("lucky", "email", value="ann@example.com") == []


def test_a_receipt_opens_for_its_brand_until_the_vault_forgets_the_month(vault: RunningVault) -> None:
    client = vault.client()
    sealed = client.seal_receipt("lucky", b"who knows", at=NOON)

    assert vault.client().open_receipt("lucky", sealed) == b"who knows"
    assert b"who knows" not in sealed
    assert vault.client().open_receipt("lucky", b"\x012025-01" + sealed[8:]) is None


def test_one_quarantine_key_serves_for_a_month_without_the_vault(vault: RunningVault) -> None:
    client = vault.client()
    client.seal_receipt("lucky", b"one", at=parse("2026-11-01T00:00:00Z"))
    vault.stop()

    client.seal_receipt("lucky", b"two", at=parse("2026-11-30T23:59:59Z"))
    with pytest.raises(Unavailable):
        client.seal_receipt("lucky", b"three", at=parse("2026-12-01T00:00:00Z"))


def test_a_data_directory_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)

    with RunningVault(deep) as vault:
        assert vault.client().open(ANN, vault.client().seal(ANN, PROFILE, at=NOON)) == PROFILE


def test_only_the_owner_can_reach_the_socket(vault: RunningVault) -> None:
    assert vault.socket.stat().st_mode & 0o777 == 0o600


def test_a_stranger_on_the_socket_disturbs_nobody(vault: RunningVault) -> None:
    for words in (b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\5hello", b"\xff" * 100, b"\0\0"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
            stranger.connect(str(vault.socket))
            stranger.sendall(words)

    assert vault.client().fault() is None


def test_a_vault_that_does_not_answer_is_away_after_the_bound(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
        deaf.bind(str(tmp_path / "vault.sock"))
        deaf.listen()
        client = VaultClient(Line(tmp_path / "vault.sock", answer_s=0.05), chance=os.urandom)

        with pytest.raises(Unavailable, match=r"did not answer within 0\.05 s"):
            client.seal(ANN, PROFILE, at=NOON)
