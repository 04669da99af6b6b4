"""FACEIT's endpoint, made up: keys, idempotence, pace, errors, time-outs and outages; it remembers what it got."""

from countroom.sandbox.faceit.serving import Sandbox
from countroom.sandbox.faceit.settings import Outage, SandboxSettings

__all__ = ["Outage", "Sandbox", "SandboxSettings"]
