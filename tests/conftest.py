"""Hypothesis draws anew on every run, and the same examples each time where CI=true is set."""

import os

from hypothesis import HealthCheck, settings

# Test machines are loaded and have few cores: a slow example is no finding. pytest's own timeout still stands.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
