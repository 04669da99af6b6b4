"""The hub's status as the facts that the metrics are made of."""

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version

from countroom import __version__
from countroom.core.instants import SECOND, Instant
from countroom.core.jobs import Job
from countroom.core.quarantine import Group
from countroom.flow.counted import BOUNDS_S
from countroom.flow.explain import STATES
from countroom.runtime.place import Place
from countroom.runtime.tally_file import read_tally
from countroom.runtime.view import Json
from countroom.telemetry.delivery_metrics import DeliveryFact
from countroom.telemetry.metrics import ProcessFact, ShardFact, Snapshot


def delivery_facts(partners: dict[str, Json], counters: list[Json]) -> tuple[DeliveryFact, ...]:
    """How each partner stands, of what the delivery process said of them."""
    counted = {each["partner"]: each for each in counters}
    return tuple(
        DeliveryFact(
            partner=name,
            state=found["state"],
            waiting=found["waiting"],
            oldest_s=found["oldest_waiting_s"],
            tries=tuple((outcome, code, count) for outcome, code, count in counted.get(name, {}).get("tries", ())),
            bounds_s=BOUNDS_S,
            buckets=tuple(counted.get(name, {}).get("buckets", ())),
            took_s=counted.get(name, {}).get("took_s", 0.0),
        )
        for name, found in partners.items()
    )


def snapshot(
    status: Json,
    refused: list[Group],
    *,
    deliveries: tuple[DeliveryFact, ...] = (),
    jobs: list[Job],
    now: Instant,
    place: Place,
) -> Snapshot:
    """One moment of the hub; `refused` are the groups of the quarantine, `jobs` those that are not over."""
    tally = read_tally(place.tally)
    dialects = {name: source["dialect"] for name, source in status["sources"].items()}
    oldest = status["oldest_waiting_at"]
    return Snapshot(
        version=__version__,
        tzdata=version("tzdata"),
        processes=tuple(ProcessFact(p["name"], p["state"] == "up", p["restarts"]) for p in status["processes"]),
        shards=tuple(
            ShardFact(**{name: shard[name] for name in ShardFact.__struct_fields__}) for shard in status["shards"]
        ),
        receipts=tuple((s, dialects.get(s, ""), outcome.value, count) for s, outcome, count in tally.receipts),
        receipt_bytes=tuple(tally.bytes),
        events=tuple(sorted(_events(status).items())),
        quarantined=tuple(sorted((*key, count) for key, count in _quarantined(refused).items())),
        quarantine_open=tuple(sorted((*key, count) for key, count in _waiting(refused).items())),
        deliveries=deliveries,
        jobs=tuple(_jobs(jobs)),
        delivery_states=STATES if deliveries else (),
        backlog=tuple((name, source["waiting"]) for name, source in status["sources"].items()),
        lag_s=max(0.0, (now - oldest) / SECOND) if oldest is not None else 0.0,
        unaccounted=status["balance"]["unaccounted"],
    )


def _jobs(jobs: list[Job]) -> Iterator[tuple[str, int, int]]:
    """Kind, done and total, of all jobs of a kind together."""
    for kind in sorted({job.kind for job in jobs}):
        own = [job for job in jobs if job.kind == kind]
        total = sum(job.total for job in own)
        yield kind, min(total, sum(job.done for job in own)), total


def _events(status: Json) -> dict[str, int]:
    events: dict[str, int] = {}
    for shard in status["shards"]:
        for kind, count in shard["events"].items():
            events[kind] = events.get(kind, 0) + count
    return events


def _quarantined(refused: list[Group]) -> Counter[tuple[str, str, str]]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for group in refused:
        counted[group.dialect, group.kind, group.reason] += group.arrived
    return counted


def _waiting(refused: list[Group]) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for group in refused:
        counted[group.source, group.reason] += group.waiting
    return counted
