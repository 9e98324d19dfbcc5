"""Ratings as the measures of agreement want them: numeric codes, and counts of codes for each unit."""

import numpy as np
import pandas as pd

from gemeenten.errors import DesignError

#: Distinct nominal or ordinal codes that can be compared; the work grows with their square in every draw.
MOST_CODES = 50


def table(values, name):
    """Return `values` as a DataFrame of two dimensions, units x columns, or refuse them."""
    try:
        shape = np.shape(values)
    except ValueError:
        raise DesignError(f"{name}: rows of unequal length; give NaN where a coder did not rate") from None
    if len(shape) != 2 or 0 in shape:
        raise DesignError(f"{name}: shape {shape}; give one row a unit and one column a coder or code")
    return pd.DataFrame(values)


def numeric_codes(frame, name, text=False):
    """Return the ratings as floats, shape (units, coders), NaN for not rated, and the labels of text or None.

    Parameters
    ----------
    frame : DataFrame, shape (units, coders)
        Numbers, or text where `text` allows it; text is numbered in the order of the alphabet.
    name : str
        What the caller calls the argument.
    text : bool
        Whether codes may be text.

    Raises
    ------
    DesignError
        On infinite numbers, blank text, text mixed with numbers, or text where an order is needed.
    """
    present = frame.notna().to_numpy()
    values = frame.to_numpy(dtype=object)
    spoken = np.array([isinstance(value, str) for value in values[present]], dtype=bool)
    codes = np.full(values.shape, np.nan)
    if not spoken.any():
        codes[present] = _floats(values[present], name)
        return codes, None
    if not text:
        raise DesignError(f"{name}: text has no order or distance; give numbers, or use the nominal level")
    if not spoken.all():
        raise DesignError(f"{name}: text mixed with numbers; give one kind of code")
    if any(not value.strip() for value in values[present]):
        raise DesignError(f"{name}: blank text; give NaN where a coder did not rate a unit")
    labels, codes[present] = np.unique(values[present].astype(str), return_inverse=True)
    return codes, tuple(labels.tolist())


def code_counts(codes, name="ratings", most=MOST_CODES):
    """Return how often each unit got each code, the codes, and which units have two ratings or more.

    Parameters
    ----------
    codes : ndarray, shape (units, coders)
        Numeric codes, NaN for not rated.
    name : str
        What the caller calls the argument.
    most : int or None
        Most distinct codes; None for any number.

    Returns
    -------
    counts : ndarray of int, shape (units used, codes)
    domain : ndarray, shape (codes,)
        The distinct codes of the units used, in their order.
    used : ndarray of bool, shape (units,)

    Raises
    ------
    DesignError
        If fewer than two units have two ratings, all their ratings are the same, or the codes too many.
    """
    if codes.shape[1] < 2:
        raise DesignError(f"{name}: one coder only; agreement needs at least two columns, one a coder")
    used = np.isfinite(codes).sum(axis=1) >= 2
    if used.sum() < 2:
        raise DesignError(
            f"{name}: {used.sum()} unit(s) with two ratings; at least 2 needed, rate more twice"
        )
    pairable = codes[used]
    domain = np.unique(pairable[np.isfinite(pairable)])
    if domain.size == 1:
        raise DesignError(
            f"{name}: all are the same, so agreement beyond chance is undefined; add units that differ"
        )
    if most is not None and domain.size > most:
        raise DesignError(
            f"{name}: {domain.size} distinct codes, at most {most}; round or group them, or use the interval "
            "level if they are measurements"
        )
    return (pairable[..., np.newaxis] == domain).sum(axis=1), domain, used


def _floats(values, name):
    try:
        numbers = values.astype(float)
    except (TypeError, ValueError) as error:
        raise DesignError(f"{name}: not numeric ({error}); give numbers or text") from None
    if np.isinf(numbers).any():
        raise DesignError(f"{name}: infinite rating(s); give NaN where a coder did not rate a unit")
    return numbers
