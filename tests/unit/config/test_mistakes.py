"""What is wrong with a configuration file is told, all of it, with file, key, rule and value."""

import tomllib
from pathlib import Path

import pytest

from countroom.config.reading import check, decode, encode, read_settings
from countroom.config.settings import Settings
from countroom.core.errors import SettingsError


def mistakes(text: str) -> list[str]:
    return [str(problem) for problem in check(tomllib.loads(text))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[sources.ft]\nplain_keys = ["a"]\n[sources.ft.custom.docs]\nkey = ["a", "b"]',
            'sources.ft.custom.docs.key: expected fields of plain_keys, as a key must not be personal, got "b"',
        ),
        (
            '[brands.lucky]\nngr.deduct = [{of = "ggr", field = "fees"}]',
            "brands.lucky.ngr.deduct.0: expected of and percent, or field, and one of them alone",
        ),
        (
            '[brands.lucky]\nngr.deduct = [{of = "ggr"}]',
            'brands.lucky.ngr.deduct.0.percent: expected how much is taken off, in percent, above 0, got "0"',
        ),
        (
            '[brands.lucky]\nbase.fallback = "table"',
            'brands.lucky.base: expected rates with fallback = "table", and none without, got "table"',
        ),
        (
            '[brands.lucky]\nbase = {fallback = "table", rates = {EUR = "1"}}',
            'brands.lucky.base.rates.EUR: expected the worth of a unit of another currency, above 0, got "1"',
        ),
        ("[hub]\nshardz = 3", "hub.shardz: no such key; did you mean shards?"),
        ("[hub]\nshards = 0", "hub.shards: expected a whole number >= 1, got 0"),
        ("[hub]\nshards = 65", "hub.shards: expected a whole number <= 64, got 65"),
        ("[rest]\nport = 70000", "rest.port: expected a whole number <= 65535, got 70000"),
        ('[rest]\nport = "80"', 'rest.port: expected a whole number, got "80"'),
        (
            '[rest.limits]\nbody = "20"',
            'rest.limits.body: expected a duration such as "90s", "30m", "24h" or "7d", got "20"',
        ),
        (
            "nonsense = 1",
            (
                "nonsense: no such key; known here: hub, rest, api, brands, sources, partners, log, quarantine, vault, "
                "telemetry"
            ),
        ),
        (
            '[partners.crm]\nplatform = "op"',
            "partners.crm: expected key_file or key_env, the place of the partner's API key, and one of them alone",
        ),
        (
            '[partners.crm]\nplatform = "op"\nkey_env = "K"\nurl = "http://crm.example/x"',
            "partners.crm.url: expected https: the key would travel in clear; http is for this machine alone",
        ),
        (
            '[partners.crm]\nplatform = "op"\nkey_env = "K"\nbrands = ["lucky"]',
            'partners.crm.brands: expected names of brands, got "lucky"',
        ),
        (
            '[partners.crm]\nplatform = "op"\nkey_env = "K"\ngates = ["consent"]',
            'partners.crm.gates: expected excluded, blocked, account or consent.<channel>, got "consent"',
        ),
        (
            '[partners.crm]\nplatform = "op"\nkey_env = "K"\nrate = -1',
            "partners.crm.rate: expected a whole number >= 0, got -1",
        ),
        (
            '[partners.crm]\nkey_env = "K"',
            "partners.crm.platform: expected the name that FACEIT gave the operator, got ''",
        ),
        (
            '[partners.crm]\nplatform = "op"\nkey_env = "K"\n[[partners.crm.events]]\nslug = "bet"\nnmae = "b"',
            "partners.crm.events.0.nmae: no such key; did you mean name?",
        ),
        ("brands = 3", "brands: expected sections with a name each, got 3"),
        ("[brands]\nlucky = 3", "brands.lucky: expected a section, got 3"),
        (
            '[brands.lucky]\nsessions.idle = "13h"',
            (
                "brands.lucky.sessions.idle: expected more than 0 and at most 12h: "
                'a session has a point in every day it reaches into, got "13h"'
            ),
        ),
        (
            '[brands.lucky]\ntime_zone = "Europe/Malt"',
            'brands.lucky.time_zone: expected an IANA time zone such as Europe/Malta, got "Europe/Malt"',
        ),
        (
            '[brands.lucky.bonus]\nend = "never"',
            'brands.lucky.bonus.end: expected one of first, last, got "never"',
        ),
        (
            '[brands.a]\norigins = ["x.example"]\n[brands.b]\norigins = ["X.example"]',
            'brands.b.origins: expected names of its own, a has this one already, got "x.example"',
        ),
        (
            '[sources.admin]\ndialect = "fasttrack"',
            (
                "sources.admin: expected a name of letters, digits, - and _ "
                "other than admin and redrive: it names a folder"
            ),
        ),
        (
            '[sources.ft.aliases."fasttrack.cart_type"]\nKasse = "till"',
            'sources.ft.aliases.fasttrack.cart_type.Kasse: expected one of checkout, got "till"',
        ),
        (
            '[sources.ft]\ndefault_brand = "lucky"',
            'sources.ft.default_brand: expected the name of a brand, got "lucky"',
        ),
        (
            '[brands.lucky.profile]\npriority = ["kafka"]',
            'brands.lucky.profile.priority: expected names of sources, got "kafka"',
        ),
        ("[vault]\nkey_file = 3", "vault.key_file: expected text, got a value that is not shown"),
    ],
)
def test_a_mistake_is_told_with_its_key_its_rule_and_its_value(text: str, told: str) -> None:
    assert mistakes(text) == [told]


def test_all_mistakes_are_told_at_once_also_those_between_keys() -> None:
    text = '[hub]\nshards = "two"\n[rest]\nprot = 1\n[brands.lucky]\ntime_zone = "Mars"\nlate.after = "soon"'

    assert len(mistakes(text)) == 4


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "countroom.toml"
    file.write_text("[hub\n", "utf-8")

    with pytest.raises(SettingsError, match=r"countroom\.toml: expected TOML: .*line 1"):
        read_settings(file)


def test_every_line_of_the_error_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "countroom.toml"
    file.write_text("[hub]\nshards = 0\nfoo = 1\n", "utf-8")

    with pytest.raises(SettingsError) as caught:
        read_settings(file)

    assert [line.startswith("countroom.toml: hub.") for line in str(caught.value).splitlines()] == [True, True]


def test_without_a_file_there_is_one_source_and_no_brand() -> None:
    settings = read_settings(None)

    assert list(settings.sources) == ["fasttrack"]
    assert not settings.brands


def test_settings_come_out_of_their_encoding_as_they_went_in(tmp_path: Path) -> None:
    file = tmp_path / "countroom.toml"
    file.write_text('[brands.lucky.rounds]\ntimeout = "36h"\n[rest.limits]\nhead = "1500ms"\n', "utf-8")
    settings = read_settings(file)

    assert decode(encode(settings)) == settings
    assert settings != Settings()
