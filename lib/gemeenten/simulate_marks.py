"""What every simulated table shares: the mark of its tier, its codes, its random streams, argument checks."""

import zlib

import numpy as np

from gemeenten.designs.inputs import at_least, shown, vector
from gemeenten.errors import DesignError

TIER = "simulated"


def marked(frame, seed, true_effects):
    """Return `frame` with its tier in every row, and tier, seed and `true_effects` in its `attrs`.

    Rows keep the mark when frames are joined or written to a file, where pandas may lose the attrs.
    """
    frame = frame.assign(tier=TIER)
    frame.attrs = {"tier": TIER, "seed": int(seed), "true_effects": dict(true_effects)}
    return frame


def codes(n):
    """Return `n` codes 'SIM0001', 'SIM0002', ..., which cannot be taken for municipal codes."""
    return np.array([f"SIM{i + 1:04d}" for i in range(n)])


def generators(seed, purpose, count=1):
    """Return `count` independent generators for one `purpose` of one `seed`.

    The purpose goes into the entropy: a caller who draws noise with the same seed would otherwise draw the
    very numbers that the sizes were made of, and find outcome and size perfectly related.

    Raises
    ------
    DesignError
        If `seed` is not a whole number of zero or more.
    """
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise DesignError(f"seed: {seed!r} is not a whole number of zero or more")
    sequence = np.random.SeedSequence([int(seed), zlib.crc32(purpose.encode())])
    return [np.random.default_rng(child) for child in sequence.spawn(count)]


def distinct_years(years):
    """Return `years` as a sorted integer array; a DesignError when one repeats, is missing or no year."""
    if np.ndim(years) != 1:
        raise DesignError(f"years: {shown(years)}; give a sequence of calendar years")
    years = vector(list(years), "years")
    if (years != np.floor(years)).any():
        raise DesignError("years: some are no whole numbers; give calendar years")
    years = years.astype(int)
    if np.unique(years).size < years.size:
        raise DesignError("years: some repeat; give each year once")
    return np.sort(years)


def whole(value, name, needed):
    """Return `value` as an int; a DesignError unless it is a whole number of at least `needed`."""
    (number,) = vector([value], name)
    if number != np.floor(number):
        raise DesignError(f"{name}: {number:g} is not a whole number")
    at_least(int(number), needed, name)
    return int(number)


def in_range(value, name, low, high):
    """Raise a DesignError unless `value` lies between `low` and `high`, both included."""
    vector([value], name)
    if not low <= value <= high:
        raise DesignError(f"{name}: {value:g} lies outside [{low:g}, {high:g}]")
