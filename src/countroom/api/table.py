"""Every operation of the admin API."""

from typing import Final

from countroom.api.openapi import described
from countroom.api.parts import ApiParts
from countroom.api.resources import (
    audit,
    deliveries,
    events,
    hub,
    jobs,
    keys,
    links,
    mending,
    plans,
    players,
    quarantine,
)
from countroom.api.route import Call, Json, Route


def openapi(_parts: ApiParts, _call: Call) -> Json:
    """This API, described."""
    return described(TABLE)


TABLE: Final[tuple[Route, ...]] = (
    *hub.ROUTES,
    *players.ROUTES,
    *events.ROUTES,
    *links.ROUTES,
    *deliveries.ROUTES,
    *keys.ROUTES,
    *plans.ROUTES,
    *audit.ROUTES,
    *quarantine.ROUTES,
    *mending.ROUTES,
    *jobs.ROUTES,
    Route(method="GET", path="/api/openapi.json", scope="read", says="This API, described", handle=openapi),
)
