import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countroom.core.errors import Damaged
from countroom.vault.cipher import Cipher, bound_to

KEY = bytes(range(32))
HERE = bound_to("lucky", "4711", "email")


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_again(clear: bytes) -> None:
    cipher = Cipher(KEY, os.urandom)

    assert cipher.open(cipher.seal(clear, HERE), HERE) == clear


def test_the_same_value_never_gives_the_same_ciphertext() -> None:
    cipher = Cipher(KEY, os.urandom)

    assert len({cipher.seal(b"ann", HERE) for _ in range(100)}) == 100


def test_the_ciphertext_follows_from_key_nonce_and_value_alone() -> None:
    assert Cipher(KEY, bytes).seal(b"ann", HERE) == Cipher(KEY, bytes).seal(b"ann", HERE)


@pytest.mark.parametrize(
    "elsewhere", [("lucky", "4712", "email"), ("happy", "4711", "email"), ("lucky", "4711", "city")]
)
def test_a_value_does_not_open_in_the_place_of_another(elsewhere: tuple[str, str, str]) -> None:
    cipher = Cipher(KEY, os.urandom)

    with pytest.raises(Damaged, match="found another"):
        cipher.open(cipher.seal(b"ann", HERE), bound_to(*elsewhere))


def test_another_key_does_not_open_it() -> None:
    sealed = Cipher(KEY, os.urandom).seal(b"ann", HERE)

    with pytest.raises(Damaged):
        Cipher(bytes(32), os.urandom).open(sealed, HERE)


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(Cipher(KEY, os.urandom).seal(b"ann@example.com", HERE))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Damaged):
        Cipher(KEY, os.urandom).open(bytes(sealed), HERE)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_unequal_places_are_never_written_alike(one: list[str], other: list[str]) -> None:
    assert (bound_to(*one) == bound_to(*other)) == (one == other)
