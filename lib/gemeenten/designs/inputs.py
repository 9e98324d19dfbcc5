"""Checks on what a design is given: every refusal is one line that names the argument and the remedy."""

from numbers import Integral

import numpy as np
import pandas as pd

from gemeenten.errors import DesignError

#: A spread below this multiple of the values themselves is rounding error, not variation.
ROUNDING = 8 * np.finfo(float).eps

_NO_NUMBERS = {"M": "dates", "m": "durations", "c": "complex numbers"}
_LONGEST = 60  # characters of a refused value that a message repeats


def numeric(values, name, remedy="convert or drop the text first"):
    """Return `values` as a float array of any shape; what is missing (None, NA) or masked becomes NaN.

    Parameters
    ----------
    values : array_like, Series, DataFrame or masked array
        Numbers; any unit.
    name : str
        What the caller calls the argument; it opens the error message.
    remedy : str
        What the message advises when there is text.

    Raises
    ------
    DesignError
        If it holds text, dates, durations or complex numbers.
    """
    try:
        given = np.asanyarray(values)
        missing = np.ma.getmaskarray(given) if np.ma.isMaskedArray(given) else pd.isna(np.asarray(given))
        plain = given.dtype.kind not in _NO_NUMBERS
        array = np.where(missing, np.nan, np.asarray(given)).astype(float) if plain else None
    except (TypeError, ValueError) as error:
        raise DesignError(f"{name}: not numeric ({error}); {remedy}") from None
    if not plain:
        raise DesignError(f"{name}: holds {_NO_NUMBERS[given.dtype.kind]}; convert them to plain numbers")
    return array


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
    array = numeric(values, name)
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


def same_index(**given):
    """Raise a DesignError when two of the named Series or frames have different indexes.

    Units are paired by position, so that labels in another order would pair the wrong ones without a word.
    What has no index is taken as it stands, and another length is for `same_length` to refuse.
    """
    labelled = {
        name: values for name, values in given.items() if isinstance(values, pd.Series | pd.DataFrame)
    }
    for first, second in zip(list(labelled), list(labelled)[1:], strict=False):
        one, other = labelled[first].index, labelled[second].index
        if len(one) == len(other) and not one.equals(other):
            raise DesignError(
                f"{first} and {second}: their indexes differ, and units are paired by position; bring them "
                "in one order (reindex, merge), or give arrays (to_numpy) if they are"
            )


def varies(array, name):
    """Raise a DesignError when `array` is constant, up to rounding."""
    if is_constant(array):
        raise DesignError(f"{name}: is constant ({array[0]:g}); nothing can be estimated from it")


def is_constant(array):
    """Return whether the values of `array`, shape (n,), are the same but for rounding."""
    return bool(np.ptp(array) <= ROUNDING * np.abs(array).max())


def at_least(count, needed, what):
    """Raise a DesignError when `count` is below `needed`; `what` names the units counted."""
    if count < needed:
        raise DesignError(f"{what}: {count}, at least {needed} needed; widen the sample or the bandwidth")


def scalar(value, name):
    """Return `value` as a float; a DesignError when it is text, missing or not one number."""
    try:
        if isinstance(value, str):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise DesignError(f"{name}: {shown(value)} is not a number; give one") from None


def shown(value):
    """Return `value` as a message repeats it: on one line, and not at length."""
    told = " ".join(repr(value).split())
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}..."


def flag(value, name):
    """Return `value` as a bool; a DesignError unless it is True or False, as the text "no" counts as true."""
    if not isinstance(value, bool | np.bool_):
        raise DesignError(f"{name}: {shown(value)} is neither True nor False; give one of them")
    return bool(value)


def share(value, name, low=0.0, high=1.0):
    """Return `value` as a float strictly between `low` and `high`."""
    number = scalar(value, name)
    if not low < number < high:
        raise DesignError(f"{name}: {number:g} lies outside ({low:g}, {high:g})")
    return number


def workers(n_jobs):
    """Return `n_jobs` for joblib, a whole number other than zero (negative counts from the last), or None."""
    if n_jobs is not None and (not isinstance(n_jobs, Integral) or n_jobs == 0):
        raise DesignError(f"n_jobs: {shown(n_jobs)} is no number of workers; give 1 or more, or -1 for all")
    return n_jobs
