"""Partners: their sections checked, and as the third leg wants them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from countroom.config.partner_access import partner_key
from countroom.config.problems import Problem, shown
from countroom.config.settings import PartnerSection, Settings
from countroom.delivery.settings import HttpSettings
from countroom.dialects import faceit
from countroom.flow.desk import Terms
from countroom.flow.gates import is_gate
from countroom.ports import PartnerDialect

ENDPOINTS: Final[Mapping[str, str]] = {
    "prod": "https://cdp.faceit.com/cdp/v1/users/events/send",
    "stage": "https://cdp.faceit-stage.com/cdp/v1/users/events/send",
}
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LOCAL: Final = ("127.0.0.1", "::1", "localhost")


def partner_rules(settings: Settings) -> Iterator[Problem]:
    """Rules between the keys of the partners, and those that a type cannot say."""
    for name, partner in settings.partners.items():
        at = ("partners", name)
        if not _NAME.fullmatch(name):
            yield Problem(at, "expected a name of letters, digits, - and _")
        if bool(partner.key_file) == bool(partner.key_env):
            yield Problem(at, "expected key_file or key_env, the place of the partner's API key, and one of them alone")
        yield from _url_rules(partner, at)
        for brand in partner.brands:
            if brand not in settings.brands:
                yield Problem((*at, "brands"), "expected names of brands", shown((), brand))
        for gate in partner.gates:
            if not is_gate(gate):
                rule = "expected excluded, blocked, account or consent.<channel>"
                yield Problem((*at, "gates"), rule, shown((), gate))
        for way, text in faceit.faults(_rules_of(name, partner)):
            yield Problem((*at, *way), text)


def _url_rules(partner: PartnerSection, at: tuple[str, ...]) -> Iterator[Problem]:
    if not partner.url:
        return
    url = urlsplit(partner.url)
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query or url.fragment:
        rule = "expected an address such as https://partner.example/path, without a name, a query or a fragment"
        yield Problem((*at, "url"), rule)
    elif url.scheme == "http" and url.hostname not in _LOCAL:
        yield Problem((*at, "url"), "expected https: the key would travel in clear; http is for this machine alone")


def dialect_of(name: str, partner: PartnerSection) -> PartnerDialect:
    """The partner's language, with his rules.

    Raises:
        SettingsError: the rules cannot be used.
    """
    return faceit.FaceitDialect(faceit.rules_from(_rules_of(name, partner)))


def terms(partner: PartnerSection) -> Terms:
    """How the partner is served."""
    return Terms(
        brands=frozenset(partner.brands),
        rate=partner.rate,
        settle=partner.settle.microseconds,
        gates=partner.gates,
        window=partner.connections,
        retention=partner.retention.microseconds,
    )


def http_settings(name: str, partner: PartnerSection) -> HttpSettings:
    """How to reach the partner.

    Raises:
        SettingsError: his key cannot be read.
    """
    headers = {"Authorization": f"Bearer {partner_key(name, partner)}", "Content-Type": "application/json"}
    return HttpSettings(
        url=endpoint(partner),
        headers=headers,
        connect_s=partner.connect_timeout.seconds,
        total_s=partner.timeout.seconds,
        connections=partner.connections,
        ca_file=partner.ca_file,
    )


def endpoint(partner: PartnerSection) -> str:
    """Where the partner's messages are posted to."""
    return partner.url or ENDPOINTS[partner.environment]


def _rules_of(name: str, partner: PartnerSection) -> dict[str, Any]:
    return {"partner": name, "platform": partner.platform, "events": msgspec.to_builtins(partner.events)}
