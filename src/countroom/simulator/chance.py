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


def happens(rng: Random, share: float) -> bool:
    """True in `share` of all cases."""
    return rng.random() < share


def log_uniform(rng: Random, bounds: tuple[int, int]) -> int:
    """A whole number within `bounds`, both included, its magnitude drawn evenly: most are small."""
    low, high = bounds
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))


def weighted(rng: Random, weights: Mapping[Choice, float]) -> Choice:
    """One of the keys, as often as its weight says."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]
