"""Checks on what a design is given: every refusal is one line that names the argument and the remedy."""

import numpy as np

from gemeenten.errors import DesignError


def vector(values, name):
    """Return `values` as a finite float array of shape (n,).

    Parameters
    ----------
    values : array_like or Series, shape (n,)
        Numbers; any unit.
    name : str
        What the caller calls the argument; it opens the error message.

    Raises
    ------
    DesignError
        If it is not one-dimensional, empty, not numeric, or has a missing or infinite value.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise DesignError(f"{name}: not numeric ({error}); convert or drop the text first") from None
    if array.ndim != 1:
        raise DesignError(f"{name}: has {array.ndim} dimensions; give one value a unit")
    if array.size == 0:
        raise DesignError(f"{name}: is empty; give at least one value")
    refuse_missing(array, name)
    return array


def refuse_missing(array, name):
    """Raise a DesignError when `array` holds a missing or infinite value."""
    bad = ~np.isfinite(array)
    if bad.any():
        first = int(np.argwhere(bad)[0][0])
        raise DesignError(
            f"{name}: {int(bad.sum())} missing or infinite value(s), the first at position {first}; "
            "drop those units first and say so"
        )


def same_length(**arrays):
    """Raise a DesignError unless all named arrays have the same number of units."""
    lengths = {name: len(array) for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise DesignError(f"lengths differ: {told}; give one value a unit in each")


def varies(array, name):
    """Raise a DesignError when `array` is constant."""
    if np.ptp(array) == 0:
        raise DesignError(f"{name}: is constant ({array[0]:g}); nothing can be estimated from it")


def at_least(count, needed, what):
    """Raise a DesignError when `count` is below `needed`; `what` names the units counted."""
    if count < needed:
        raise DesignError(f"{what}: {count}, at least {needed} needed; widen the sample or the bandwidth")


def share(value, name, low=0.0, high=1.0):
    """Return `value` as a float strictly between `low` and `high`."""
    number = float(value)
    if not low < number < high:
        raise DesignError(f"{name}: {number:g} lies outside ({low:g}, {high:g})")
    return number
