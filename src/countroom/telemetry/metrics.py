"""The metrics of the hub, made anew at each scrape from what its processes say. docs/reference/metrics.md lists them.

No label holds an id: sources, dialects, reasons and states are closed or configured sets.
"""

from collections.abc import Iterable, Iterator

import msgspec
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from countroom.telemetry.delivery_metrics import DeliveryFact, delivery_metrics

Labels = tuple[str, ...]


class ProcessFact(msgspec.Struct, frozen=True):
    """One process of the hub."""

    name: str
    is_up: bool
    restarts: int


class ShardFact(msgspec.Struct, frozen=True, kw_only=True):
    """Where one shard stands."""

    shard: int
    received: int
    folded: int
    duplicates: int
    refused: int
    signals: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the metrics are made of."""

    version: str
    tzdata: str
    processes: tuple[ProcessFact, ...] = ()
    shards: tuple[ShardFact, ...] = ()
    receipts: tuple[tuple[str, str, str, int], ...] = ()
    """Source, dialect, outcome, count."""
    receipt_bytes: tuple[tuple[str, int], ...] = ()
    events: tuple[tuple[str, int], ...] = ()
    """Type of event, folded."""
    quarantined: tuple[tuple[str, str, str, int], ...] = ()
    """Dialect, type, reason, receipts."""
    quarantine_open: tuple[tuple[str, str, int], ...] = ()
    """Source, reason, receipts that wait."""
    jobs: tuple[tuple[str, int, int], ...] = ()
    """Kind, done, of how many; of jobs that are not over."""
    backlog: tuple[tuple[str, int], ...] = ()
    """Source, items waiting."""
    deliveries: tuple[DeliveryFact, ...] = ()
    delivery_states: tuple[str, ...] = ()
    lag_s: float = 0.0
    unaccounted: int | None = None


class _Once:
    """Hands one snapshot's metrics to the library."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """All metrics."""
        yield from _hub(self._snapshot)
        yield from _way(self._snapshot)
        yield from _shards(self._snapshot)
        yield from delivery_metrics(self._snapshot.deliveries, self._snapshot.delivery_states)


def exposition(snapshot: Snapshot) -> bytes:
    """The snapshot in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(snapshot))
    return generate_latest(registry)


def _hub(snapshot: Snapshot) -> Iterator[Metric]:
    yield _gauge(
        "countroom_build_info",
        "Version of the hub and of its time-zone data",
        labels=("version", "tzdata"),
        rows=[((snapshot.version, snapshot.tzdata), 1)],
    )
    processes = snapshot.processes
    yield _gauge(
        "countroom_process_up",
        "1 while the process is ready to work",
        labels=("process",),
        rows=[((p.name,), int(p.is_up)) for p in processes],
    )
    yield _counter(
        "countroom_process_restarts",
        "Times the process was started again",
        labels=("process",),
        rows=[((p.name,), p.restarts) for p in processes],
    )
    if snapshot.unaccounted is not None:
        yield _gauge(
            "countroom_balance_unaccounted_events",
            "Received - duplicates - folded - refused - in flight, from durable rows: must be 0",
            labels=(),
            rows=[((), snapshot.unaccounted)],
        )


def _way(snapshot: Snapshot) -> Iterator[Metric]:
    yield _counter(
        "countroom_receipts",
        "Requests by what became of them",
        labels=("source", "dialect", "transport", "outcome"),
        rows=[((source, dialect, "rest", outcome), count) for source, dialect, outcome, count in snapshot.receipts],
    )
    yield _counter(
        "countroom_receipt_bytes",
        "Bytes of bodies read",
        labels=("source",),
        rows=[((source,), size) for source, size in snapshot.receipt_bytes],
    )
    yield _counter(
        "countroom_quarantined_receipts",
        "Receipts that were refused",
        labels=("dialect", "type", "reason"),
        rows=[((dialect, kind, reason), count) for dialect, kind, reason, count in snapshot.quarantined],
    )
    yield _gauge(
        "countroom_quarantine_open_receipts",
        "Receipts that wait to be mended or given up",
        labels=("source", "reason"),
        rows=[((source, reason), count) for source, reason, count in snapshot.quarantine_open],
    )
    yield _gauge(
        "countroom_job_progress_ratio",
        "How far the jobs that are not over are, from 0 to 1",
        labels=("job_kind",),
        rows=[((kind,), done / total if total else 0) for kind, done, total in snapshot.jobs],
    )
    yield _gauge(
        "countroom_log_backlog_items",
        "Logged and not yet folded",
        labels=("source",),
        rows=[((source,), count) for source, count in snapshot.backlog],
    )
    yield _gauge(
        "countroom_fold_lag_seconds",
        "Age of the oldest logged item that is not yet folded",
        labels=("projection",),
        rows=[(("players",), snapshot.lag_s)],
    )


def _shards(snapshot: Snapshot) -> Iterator[Metric]:
    yield _counter(
        "countroom_events",
        "Events folded",
        labels=("type", "outcome"),
        rows=[((kind, "folded"), count) for kind, count in snapshot.events],
    )
    rows = [
        ((str(shard.shard), outcome), getattr(shard, outcome))
        for shard in snapshot.shards
        for outcome in ("received", "folded", "duplicates", "refused")
    ]
    yield _counter(
        "countroom_shard_items",
        "Items that a shard took, by what became of them",
        labels=("shard", "outcome"),
        rows=rows,
    )
    yield _counter(
        "countroom_signals",
        "Signals that the fold told",
        labels=("shard",),
        rows=[((str(shard.shard),), shard.signals) for shard in snapshot.shards],
    )


def _gauge(name: str, says: str, *, labels: Labels, rows: Iterable[tuple[Labels, float]]) -> Metric:
    return _filled(GaugeMetricFamily(name, says, labels=labels), rows)


def _counter(name: str, says: str, *, labels: Labels, rows: Iterable[tuple[Labels, float]]) -> Metric:
    return _filled(CounterMetricFamily(name, says, labels=labels), rows)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, rows: Iterable[tuple[Labels, float]]) -> Metric:
    for labels, value in rows:
        family.add_metric(labels, value)
    return family
