"""The two lines that a local linear discontinuity fits, for the picture: their gap is the estimate."""

import numpy as np
import pandas as pd


def lines(y, x, cutoff, bandwidth, covariate=None):
    """Return the fitted line of either side of the cutoff, within the bandwidth.

    Weighted least squares in ln(x/cutoff) with triangular weights and a slope a side; a covariate has one
    slope for both sides (Calonico, Cattaneo, Farrell & Titiunik 2019, REStat 101(3):442-451) and is held at
    its weighted mean. The gap of the lines at the cutoff is the estimate of `designs.discontinuity.fit`.

    Parameters
    ----------
    y, x : array_like, shape (n,)
        Outcome, and running variable in its own unit, positive; no missing values.
    cutoff : float
        In units of x; the right side lies strictly above it.
    bandwidth : float
        In ln units.
    covariate : array_like, shape (n,), optional

    Returns
    -------
    pandas.DataFrame, four rows
        `population` (x), `fitted`, `side` ('left' or 'right'): two ends a line, one of them at the cutoff.
    """
    y, x = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    r = np.log(x / cutoff)
    right = (x > cutoff).astype(float)
    weight = np.clip(1 - np.abs(r) / bandwidth, 0, None)
    design = [np.ones_like(r), right, r, right * r]
    if covariate is not None:
        covariate = np.asarray(covariate, dtype=float)
        design.append(covariate - np.average(covariate, weights=weight))
    root = np.sqrt(weight)
    a, jump, slope, bend = np.linalg.lstsq(root[:, None] * np.column_stack(design), root * y, rcond=None)[0][
        :4
    ]
    inside = r[weight > 0]
    ends = np.array([inside.min(), 0.0, 0.0, inside.max()])
    above = np.array([0, 0, 1, 1])
    return pd.DataFrame(
        {
            "population": cutoff * np.exp(ends),
            "fitted": a + jump * above + (slope + bend * above) * ends,
            "side": ["left", "left", "right", "right"],
        }
    )
