"""The hub as a whole, as the admin API asks for it."""

from threading import Lock
from typing import Any, Final

import msgspec

from countroom import __version__
from countroom.api.parts import Check
from countroom.config.problems import plain
from countroom.config.settings import Settings
from countroom.core.links import LinkFilter
from countroom.core.quarantine import Group
from countroom.runtime.books import Books, partner_names, wall_clock
from countroom.runtime.desk.deliveries import DeliveriesDesk
from countroom.runtime.disk import no_room
from countroom.runtime.endpoints import read_endpoints
from countroom.runtime.measures import delivery_facts, snapshot
from countroom.runtime.settings_shown import settings_shown
from countroom.runtime.view import HubView
from countroom.telemetry.metrics import exposition

Json = dict[str, Any]
_STATES: Final = ("pending", "linked", "unlinked")


class HubDesk:
    """The hub as a whole. `view` is its alone: asking where everything stands keeps counts."""

    def __init__(self, view: HubView, settings: Settings, books: Books, deliveries: DeliveriesDesk) -> None:
        self._view = view
        self._place = view.place
        self._settings = settings
        self._books = books
        self._deliveries = deliveries
        self._viewing = Lock()

    def status(self) -> Json:
        """Processes, sources, shards, balance; no process while the hub is stopped."""
        endpoints = read_endpoints(self._place.root)
        with self._viewing:
            status = self._view.status()
        with self._books.writing() as books:
            # What was refused behind a log and brought in again by the lane of mended receipts has moved: it was
            # received once, and is refused no more.
            moved = books.quarantine.moved()
        for name in ("received", "refused"):
            status["balance"][name] -= moved
        return {
            "version": __version__,
            "data_dir": str(self._place.root),
            "is_ready": bool(endpoints and endpoints.is_ready),
            "processes": [msgspec.to_builtins(p) for p in endpoints.processes] if endpoints else [],
            **status,
        }

    def checks(self) -> list[Check]:
        """Every process is up, there is room to write, nothing is far behind, all is accounted for."""
        endpoints = read_endpoints(self._place.root)
        checks = [
            Check(process.name, None if process.state == "up" else process.state)
            for process in (endpoints.processes if endpoints else ())
            if process.name != "control"
        ]
        status = self.status()
        waiting = sum(source["waiting"] for source in status["sources"].values())
        limit = self._settings.rest.limits.backlog_items
        behind = f"{waiting} items wait to be folded, the intake stops at {limit}" if waiting > limit else None
        left = status["balance"]["unaccounted"]
        unbalanced = f"{left} items are unaccounted for" if left else None
        room = Check("disk", no_room(self._place.root))
        return [*checks, room, Check("backlog", behind), Check("balance", unbalanced)]

    def metrics(self) -> bytes:
        """In Prometheus' text form."""
        status = self.status()
        told = delivery_facts(self._deliveries.partners(), self._deliveries.counters())
        with self._books.writing() as books:
            jobs = books.jobs.alive()
        made = snapshot(status, self._refused(), deliveries=told, jobs=jobs, now=wall_clock(), place=self._place)
        return exposition(made)

    def settings(self) -> list[Json]:
        """Every setting with its value and where that comes from; of a secret neither."""
        return settings_shown(self._settings)

    def brands(self) -> list[Json]:
        """The configured brands."""
        return [{"brand": name, **plain(brand)} for name, brand in self._settings.brands.items()]

    def partners(self) -> list[Json]:
        """The configured partners, each with its links by state."""
        states = self._deliveries.partners()
        sections = getattr(self._settings, "partners", None) or {}
        with self._books.writing() as books:
            counts = {
                name: {state: books.links.count(LinkFilter(partner=name, state=state)) for state in _STATES}
                for name in partner_names(self._settings) or ()
            }
        return [
            {"partner": name, "kind": getattr(sections[name], "kind", ""), "links": counted, **states.get(name, {})}
            for name, counted in counts.items()
        ]

    def _refused(self) -> list[Group]:
        """Groups of the quarantine, as they were counted when receipts came."""
        with self._books.writing() as books:
            return books.quarantine.groups.apart()
