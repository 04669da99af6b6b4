"""The metrics: every name is documented, and no label can hold an id."""

import re
from pathlib import Path

from countroom.telemetry.delivery_metrics import DeliveryFact
from countroom.telemetry.metrics import ProcessFact, ShardFact, Snapshot, exposition

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "metrics.md"
FULL = Snapshot(
    version="0.1.0",
    tzdata="2026.1",
    processes=(ProcessFact("vault", is_up=True, restarts=2),),
    shards=(ShardFact(shard=0, received=9, folded=5, duplicates=3, refused=1, signals=7),),
    receipts=(("ft", "fasttrack", "accepted", 4),),
    receipt_bytes=(("ft", 100),),
    events=(("bet_placed", 5),),
    quarantined=(("fasttrack", "CASINO", "bad_amount", 2),),
    quarantine_open=(("ft", "bad_amount", 3),),
    deliveries=(
        DeliveryFact(
            partner="crm",
            state="flowing",
            waiting=3,
            oldest_s=2.5,
            tries=(("accepted", "2xx", 8),),
            bounds_s=(0.1,),
            buckets=(7, 1),
            took_s=4.0,
        ),
    ),
    delivery_states=("flowing", "paused"),
    jobs=(("redrive", 3, 12),),
    backlog=(("ft", 6),),
    lag_s=1.5,
    unaccounted=0,
)


def samples(snapshot: Snapshot) -> dict[str, float]:
    lines = exposition(snapshot).decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_the_facts_come_out_under_their_names() -> None:
    assert samples(FULL) == {
        'countroom_build_info{tzdata="2026.1",version="0.1.0"}': 1,
        'countroom_process_up{process="vault"}': 1,
        'countroom_process_restarts_total{process="vault"}': 2,
        "countroom_balance_unaccounted_events": 0,
        'countroom_receipts_total{dialect="fasttrack",outcome="accepted",source="ft",transport="rest"}': 4,
        'countroom_receipt_bytes_total{source="ft"}': 100,
        'countroom_quarantined_receipts_total{dialect="fasttrack",reason="bad_amount",type="CASINO"}': 2,
        'countroom_quarantine_open_receipts{reason="bad_amount",source="ft"}': 3,
        'countroom_job_progress_ratio{job_kind="redrive"}': 0.25,
        'countroom_log_backlog_items{source="ft"}': 6,
        'countroom_fold_lag_seconds{projection="players"}': 1.5,
        'countroom_events_total{outcome="folded",type="bet_placed"}': 5,
        'countroom_shard_items_total{outcome="received",shard="0"}': 9,
        'countroom_shard_items_total{outcome="folded",shard="0"}': 5,
        'countroom_shard_items_total{outcome="duplicates",shard="0"}': 3,
        'countroom_shard_items_total{outcome="refused",shard="0"}': 1,
        'countroom_signals_total{shard="0"}': 7,
        'countroom_delivery_attempts_total{code="2xx",outcome="accepted",partner="crm"}': 8,
        'countroom_delivery_latency_seconds_bucket{le="0.1",partner="crm"}': 7,
        'countroom_delivery_latency_seconds_bucket{le="+Inf",partner="crm"}': 8,
        'countroom_delivery_latency_seconds_count{partner="crm"}': 8,
        'countroom_delivery_latency_seconds_sum{partner="crm"}': 4,
        'countroom_delivery_backlog_events{partner="crm"}': 3,
        'countroom_delivery_oldest_pending_age_seconds{partner="crm"}': 2.5,
        'countroom_delivery_state{partner="crm",state="flowing"}': 1,
        'countroom_delivery_state{partner="crm",state="paused"}': 0,
    }


def test_a_balance_that_is_not_known_yet_is_absent_and_not_0() -> None:
    assert b"balance" not in exposition(Snapshot(version="0.1.0", tzdata="2026.1"))


def test_every_metric_is_documented_with_its_labels() -> None:
    text = REFERENCE.read_text("utf-8")
    documented = {
        name: {label.strip() for label in labels.split(",") if label.strip()}
        for name, labels in re.findall(r"`(countroom_\w+)(?:\{([^}]*)\})?`", text)
    }
    found = {name.partition("{")[0]: set(re.findall(r'(\w+)="', name)) for name in samples(FULL)}

    assert found == documented
