"""Chance with a seed: every part of the platform draws from a stream of its own, so that one never moves another."""

import math
import random
from collections.abc import Mapping
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


def stream(seed: int, *names: object) -> Random:
    """A stream of chance that depends on `seed` and `names` alone, on every machine."""
    return random.Random(":".join(map(str, (seed, *names))))  # noqa: S311  a made-up world, not a secret


def log_uniform(rng: Random, low: int, high: int) -> int:
    """A whole number in [low, high] whose order of magnitude is drawn evenly: short delays are the rule."""
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))


def weighted(rng: Random, weights: Mapping[Choice, float]) -> Choice:
    """One of the keys, as often as its weight says."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]
