"""Whether neighbours resemble each other in the multiverse of overhead, and what that does to its errors."""

import numpy as np
import pandas as pd

from gemeenten.claims.regression import clustered
from gemeenten.claims.size_multiverse import ALTERNATIVES, GRID, OUTCOME
from gemeenten.claims.size_neighbours import REACH, spatial_numbers
from gemeenten.claims.size_spatial import moran
from gemeenten.inhabitants import LARGE

TREATMENT = f"above_{LARGE}"


def neighbours(frame, *, seed, reach=REACH):
    """Return the contrast at 100,000 with both kinds of error, and Moran's I, for each set of covariates.

    The specification is the plainest of its kind: all municipalities, equal weights, year effects. Moran's I
    is of the last year's residuals over the six nearest centroids.

    Parameters
    ----------
    frame : DataFrame
        `size_multiverse.frame()`.
    seed : int
        Of the permutations.
    reach : float
        km, see `designs.spatial.standard_error`.

    Returns
    -------
    pandas.DataFrame, a row a set of covariates
        `held constant`; `estimate`, `low`, `high` (errors clustered by municipality, CRV3), `spatial_low`,
        `spatial_high`, in percentage points of costs; `n` (municipalities); `year`, `moran`, `expected` and
        `p` (permutation, two-sided).
    """
    return pd.DataFrame(
        [_row(frame, name, list(held), seed, reach) for name, held in GRID.covariates.items()]
    )


def _row(frame, name, held, seed, reach):
    covariates = [frame[column] for column in held]
    fit = clustered(frame[OUTCOME], frame[TREATMENT], frame["code"], [frame["year"]], covariates)
    last = int(frame["year"].max())
    rest = residuals(frame, held)[frame["year"] == last]
    found = moran(frame.loc[frame["year"] == last, "code"], rest, last, seed=seed)
    spatial = spatial_numbers(fit, reach)
    return {
        "held constant": ALTERNATIVES["covariates"].get(name, name),
        "estimate": fit.estimate,
        "low": fit.ci95[0],
        "high": fit.ci95[1],
        "spatial_low": spatial["spatial_low"],
        "spatial_high": spatial["spatial_high"],
        "n": fit.n,
        "year": last,
        "moran": found.i,
        "expected": found.expected,
        "p": found.p_value,
    }


def residuals(frame, held):
    """Return what being large, the covariates and year effects leave of the outcome, shape (rows,)."""
    years = pd.get_dummies(frame["year"], dtype=float)
    design = np.column_stack([frame[[TREATMENT, *held]], years])
    y = frame[OUTCOME].to_numpy(dtype=float)
    return y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
