"""`/livez` and `/readyz?verbose`, on the port that they speak of. They need no key."""

from collections.abc import Callable, Mapping

from countroom.sources.rest.answers import Answer, plain

Check = Callable[[], str | None]
"""None when all is well, else what is not."""


class Probes:
    """Whether this process lives, and whether it takes messages."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = {"draining": self._drained, **checks}
        self.is_draining = False

    def answer(self, path: str, query: bytes) -> Answer | None:
        """The answer to a probe; None when the path is not one."""
        if path == "/livez":
            return plain(200, "ok\n")
        if path == "/readyz":
            return self._ready(is_verbose=query.partition(b"=")[0] == b"verbose")
        return None

    def _ready(self, *, is_verbose: bool) -> Answer:
        faults = {name: check() for name, check in self._checks.items()}
        is_ready = not any(faults.values())
        lines = [f"[{'-' if fault else '+'}] {name}: {fault or 'ok'}\n" for name, fault in faults.items()]
        verdict = "ok\n" if is_ready else "not ready\n"
        return plain(200 if is_ready else 503, "".join(lines) + verdict if is_verbose else verdict)

    def _drained(self) -> str | None:
        return "the process was asked to stop" if self.is_draining else None
