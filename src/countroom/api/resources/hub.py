"""The hub as a whole: probes, status, and what is configured."""

from typing import Final

import msgspec

from countroom.api.parts import ApiParts
from countroom.api.route import Call, Json, Listed, Reply, Route
from countroom.core.errors import Missing

TEXT: Final = "text/plain; charset=utf-8"
PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


def live(_parts: ApiParts, _call: Call) -> Reply:
    """The process answers."""
    return Reply(content=b"ok\n", media=TEXT)


class Verbose(msgspec.Struct, frozen=True, kw_only=True):
    """Query of `GET /readyz`."""

    verbose: str | None = None


def ready(parts: ApiParts, call: Call) -> Reply:
    """Whether all is well, and every named check if asked."""
    checks = parts.hub.checks()
    is_ready = not any(check.fault for check in checks)
    lines = [f"[{'-' if check.fault else '+'}] {check.name}: {check.fault or 'ok'}\n" for check in checks]
    text = ("" if call.query.verbose is None else "".join(lines)) + ("ok\n" if is_ready else "not ready\n")
    return Reply(content=text.encode(), status=200 if is_ready else 503, media=TEXT)


def metrics(parts: ApiParts, _call: Call) -> Reply:
    """For Prometheus."""
    return Reply(content=parts.hub.metrics(), media=PROMETHEUS)


def status(parts: ApiParts, _call: Call) -> Json:
    """Where everything stands."""
    return parts.hub.status()


def settings(parts: ApiParts, _call: Call) -> Listed:
    """Every setting."""
    return Listed(parts.hub.settings())


def brands(parts: ApiParts, _call: Call) -> Listed:
    """The configured brands."""
    return Listed(parts.hub.brands())


def partners(parts: ApiParts, _call: Call) -> Listed:
    """The configured partners."""
    return Listed(parts.hub.partners())


def partner(parts: ApiParts, call: Call) -> Json:
    """One of them."""
    name = call.path["partner"]
    for found in parts.hub.partners():
        if found["partner"] == name:
            return found
    raise Missing(f"partner {name}: there is none", remedy="'countroom partner list' shows what there is")


def sources(parts: ApiParts, _call: Call) -> Listed:
    """The configured sources, with what came of each."""
    return Listed([{"source": name, **source} for name, source in parts.hub.status()["sources"].items()])


def source(parts: ApiParts, call: Call) -> Json:
    """One of them."""
    name = call.path["source"]
    found = parts.hub.status()["sources"].get(name)
    if found is None:
        raise Missing(f"source {name}: there is none", remedy="'countroom source list' shows what there is")
    return {"source": name, **found}


ROUTES: Final = (
    Route(method="GET", path="/livez", scope="open", says="The process answers", handle=live, answer=str, media=TEXT),
    Route(
        method="GET", path="/readyz", scope="open", says="Whether all is well, else 503; ?verbose shows each check",
        handle=ready, query=Verbose, answer=str, media=TEXT,
    ),
    Route(
        method="GET", path="/metrics", scope="open", says="Prometheus' text form",
        handle=metrics, answer=str, media=PROMETHEUS,
    ),
    Route(
        method="GET", path="/api/status", scope="read", says="Processes, sources, shards and the balance", handle=status
    ),
    Route(
        method="GET", path="/api/settings", scope="read", handle=settings, answer=Listed,
        says="Every setting, and whether it is configured or usual; secrets never",
    ),
    Route(method="GET", path="/api/brands", scope="read", says="The brands", handle=brands, answer=Listed),
    Route(
        method="GET", path="/api/partners", scope="read", says="The partners, and their links by state",
        handle=partners, answer=Listed,
    ),
    Route(method="GET", path="/api/partners/{partner}", scope="read", says="One partner", handle=partner),
    Route(
        method="GET", path="/api/sources", scope="read", says="The sources, and what came of each",
        handle=sources, answer=Listed,
    ),
    Route(method="GET", path="/api/sources/{source}", scope="read", says="One source", handle=source),
)  # fmt: skip
