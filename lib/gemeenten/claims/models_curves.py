"""What the published shares allow at every date, and how long a model lasts, year by year: for figures."""

import itertools

import numpy as np
import pandas as pd

from gemeenten.claims import models_adoption
from gemeenten.claims.structure_spells import PERIOD, survival
from gemeenten.designs import diffusion

TRIED = 3


def envelope(years):
    """Return what encloses the logistic curves of the flat model under every reading, a row a year.

    The readings are `models_adoption.READINGS`. Where a reading leaves a share between two ends,
    a curve is fitted through `TRIED` values between them, the ends among them.

    Parameters
    ----------
    years : array_like of float

    Returns
    -------
    pandas.DataFrame
        `year`; `best_low` and `best_high`, the lowest and highest best curve; `low` and `high`, which enclose
        their pointwise 95 % intervals; all as shares.
    """
    found = pd.concat([curve.at_years(years) for curve in _curves()])
    ends = {
        "best_low": ("share", "min"), "best_high": ("share", "max"),
        "low": ("low", "min"), "high": ("high", "max"),
    }  # fmt: skip
    return found.groupby("year").agg(**ends).reset_index()


def _curves():
    for changed, number in itertools.product(models_adoption.READINGS.values(), models_adoption.NUMBERS):
        read = models_adoption.majority(number, **changed)
        grids = [np.linspace(low, high, TRIED if low < high else 1) for low, high in read.shares]
        for shares in itertools.product(*grids):
            yield diffusion.fit(read.years, shares, read.n)


def lasting(rows):
    """Return the Kaplan-Meier curve of the lengths as steps, from all spells at year 0 to the longest one.

    Parameters
    ----------
    rows : DataFrame
        As `structure_spells.lengths` returns them.

    Returns
    -------
    pandas.DataFrame
        `years`; `share` that lasts longer, with `low` and `high` (95 %); each holds until the next row.
    """
    start = pd.DataFrame({"years": [0.0], "share": 1.0, "low": 1.0, "high": 1.0})
    steps = pd.concat([start, survival(rows)], ignore_index=True)
    return pd.concat([steps, steps.tail(1).assign(years=float(rows["length"].max()))], ignore_index=True)


def at_risk(rows, years):
    """Return how many spells are under observation at each length; a spell that began before enters later.

    Parameters
    ----------
    rows : DataFrame
        As `structure_spells.lengths` returns them.
    years : sequence of float
        Lengths; 0 counts the spells that are followed from their first year.

    Returns
    -------
    pandas.DataFrame
        `years`, `spells`.
    """
    entry = np.maximum(PERIOD[0] - rows["first"], 0)
    counted = [
        int((((entry < year) | (entry + year == 0)) & (rows["length"] >= year)).sum()) for year in years
    ]
    return pd.DataFrame({"years": list(years), "spells": counted})
