"""Log lines: one JSON object each, with the facts and nothing else."""

import io
import json

import pytest

from countroom.telemetry.logs import Logs


def test_a_line_is_one_object_with_its_facts() -> None:
    to = io.StringIO()

    Logs("control", to=to).warning("process.ended", name="vault", status=-9)

    [line] = to.getvalue().splitlines()
    told = json.loads(line)
    assert told.pop("at").endswith("Z")
    assert told == {"level": "warning", "process": "control", "event": "process.ended", "name": "vault", "status": -9}


@pytest.mark.parametrize(("level", "lines"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_what_lies_below_the_level_is_not_written(level: str, lines: int) -> None:
    to = io.StringIO()
    logs = Logs("control", level=level, to=to)  # type: ignore[arg-type]

    for say in (logs.debug, logs.info, logs.warning, logs.error):
        say("something")

    assert len(to.getvalue().splitlines()) == lines


def test_text_is_for_people() -> None:
    to = io.StringIO()

    Logs("control", form="text", to=to).info("hub.ready", took_s=0.8)

    assert to.getvalue().endswith("info    control: hub.ready took_s=0.8\n")
