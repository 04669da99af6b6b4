"""The metrics of the third leg."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric


class DeliveryFact(msgspec.Struct, frozen=True, kw_only=True):
    """How one partner stands, and what was counted of him since the delivery process began."""

    partner: str
    state: str
    waiting: int
    oldest_s: float
    tries: tuple[tuple[str, str, int], ...] = ()
    """Outcome, code, count."""
    bounds_s: tuple[float, ...] = ()
    buckets: tuple[int, ...] = ()
    """Deliveries accepted, by the bounds in seconds; one bucket more, for what took longer."""
    took_s: float = 0.0


def delivery_metrics(facts: Sequence[DeliveryFact], states: Sequence[str]) -> Iterator[Metric]:
    """All of them; `states` are those that a partner can be in."""
    tries = CounterMetricFamily(
        "countroom_delivery_attempts", "Messages sent, by what came back", labels=("partner", "outcome", "code")
    )
    took = HistogramMetricFamily(
        "countroom_delivery_latency_seconds", "From the outbox to the partner's yes", labels=("partner",)
    )
    waiting = GaugeMetricFamily("countroom_delivery_backlog_events", "Deliveries that wait", labels=("partner",))
    oldest = GaugeMetricFamily(
        "countroom_delivery_oldest_pending_age_seconds", "Age of the oldest that waits", labels=("partner",)
    )
    state = GaugeMetricFamily("countroom_delivery_state", "1 for the state it is in", labels=("partner", "state"))
    for fact in facts:
        for outcome, code, count in fact.tries:
            tries.add_metric((fact.partner, outcome, code), count)
        if fact.buckets:
            bounds = [*map(str, fact.bounds_s), "+Inf"]
            took.add_metric(
                (fact.partner,), list(zip(bounds, accumulate(fact.buckets), strict=True)), sum_value=fact.took_s
            )
        waiting.add_metric((fact.partner,), fact.waiting)
        oldest.add_metric((fact.partner,), fact.oldest_s)
        for name in states:
            state.add_metric((fact.partner, name), int(name == fact.state))
    yield from (tries, took, waiting, oldest, state)
