import msgspec

from countroom.core.events import BlocksStated, CustomHappened, Sealed
from countroom.core.identity import identity
from countroom.core.item import Reading
from countroom.flow.sealing import sealed_item
from tests.unit.flow.parts import about, bet, profile


def sealed(**tokens: str) -> tuple[Sealed, ...]:
    return tuple(Sealed(field.replace("_", "."), token.encode(), b"c") for field, token in tokens.items())


def stated(values: tuple[Sealed, ...]) -> str:
    [event] = sealed_item("USER", Reading((profile(),), b""), sealed=values).events
    assert event.about.business_id is not None
    return event.about.business_id


def test_what_is_sealed_stands_on_the_event_of_the_profile() -> None:
    blocks = BlocksStated(about=about("17"), blocks={})
    values = sealed(email="t")

    first, second = sealed_item("USER", Reading((blocks, profile()), b""), sealed=values).events

    assert (first, second.about.sealed) == (blocks, values)


def test_without_a_profile_it_stands_on_the_first_event() -> None:
    values = sealed(free_meta="t")

    first, second = sealed_item("BET", Reading((bet("a"), bet("b")), b""), sealed=values).events

    assert (first.about.sealed, second) == (values, bet("b"))
    assert first.about.business_id == bet("a").about.business_id


def test_equal_personal_values_keep_a_profiles_identity_in_whatever_order() -> None:
    assert stated(sealed(email="t", city="u")) == stated(sealed(city="u", email="t"))


def test_other_personal_values_make_another_fact_of_a_profile() -> None:
    assert len({stated(sealed(email=token)) for token in "abc"} | {stated(())}) == 4


def test_a_value_in_another_field_makes_another_fact() -> None:
    assert stated(sealed(email="t")) != stated(sealed(city="t"))


def test_an_address_or_a_browser_makes_no_other_fact() -> None:
    assert stated(sealed(email="t", event_ip="1")) == stated(sealed(email="t", event_ip="2"))


def custom(values: tuple[Sealed, ...]) -> str:
    before = msgspec.structs.replace(about("17"), business_id=identity("custom", "1", "h"))
    event = CustomHappened(about=before, kind="docs", fields={})
    [sealed_one] = sealed_item("CUSTOM", Reading((event,), b""), sealed=values).events
    assert sealed_one.about.business_id is not None
    return sealed_one.about.business_id


def test_other_sealed_data_makes_another_fact_of_a_custom_event() -> None:
    assert len({custom(sealed(free_data=token)) for token in "abc"} | {custom(())}) == 4
    assert custom(sealed(free_data="a")) == custom(sealed(free_data="a"))
    assert custom(sealed(free_data="a", event_ip="1")) == custom(sealed(free_data="a", event_ip="2"))


def test_the_identity_of_the_decoder_is_kept_as_the_beginning() -> None:
    before = profile().about.business_id
    assert before is not None
    assert stated(sealed(email="t")).startswith(f"{before}.")
    assert stated(()) == before
