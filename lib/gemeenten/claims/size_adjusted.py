"""Gradients with size beside one another: as observed, and with density or urbanity held constant."""

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from gemeenten.claims import size_data
from gemeenten.claims.regression import clustered
from gemeenten.claims.size_gradients import FIELDS
from gemeenten.claims.size_neighbours import REACH, spatial_numbers
from gemeenten.claims.size_outcomes import OUTCOMES
from gemeenten.claims.size_steps import FEWEST

#: Name -> (columns held constant as they are, columns of which each value gets its own level).
ADJUSTMENTS = {
    "as observed": ((), ()),
    "density held constant": (("log_density",), ()),
    "urbanity held constant": ((), ("urbanity_class",)),
}
AS_OBSERVED = "as observed"


def adjusted(frame=None, adjustments=None, reach=REACH):
    """Return how much each outcome differs per doubling of inhabitants, a row an outcome and adjustment.

    Least squares with year effects over all known years. Intervals once with errors clustered by municipality
    (CRV3), once with errors that may also resemble those of municipalities nearby (`designs.spatial`).

    Parameters
    ----------
    frame : DataFrame, optional
        `size_data.panel()` when it is at hand.
    adjustments : dict, optional
        As `ADJUSTMENTS`, which is the default. Urbanity is CBS's class of 2021, known for the
        municipalities of that year: rows without it are left out there.
    reach : float
        km, see `designs.spatial.standard_error`.

    Returns
    -------
    pandas.DataFrame, in the order of `OUTCOMES`
        The outcome's `FIELDS`; `adjustment`, `n` (municipalities), `rows`, `sd` (of the outcome, all rows);
        `gradient`, `low`, `high`, `p` per doubling in `unit`, `spatial_se`, `spatial_low`, `spatial_high`,
        `spatial_p`; `same_rows`, the gradient as observed on the rows of the adjustment; `q` and
        `spatial_q`, Benjamini-Hochberg over the outcomes of an adjustment. Outcomes with fewer than 60
        municipalities are left out.
    """
    frame = size_data.panel() if frame is None else frame
    adjustments = ADJUSTMENTS if adjustments is None else adjustments
    found = (
        _row(outcome, name, adjustments[name], frame, reach) for outcome in OUTCOMES for name in adjustments
    )
    table = pd.DataFrame([row for row in found if row])
    for p, q in (("p", "q"), ("spatial_p", "spatial_q")):
        table[q] = table.groupby("adjustment")[p].transform(lambda ps: multipletests(ps, method="fdr_bh")[1])
    return table


def _row(outcome, name, held, frame, reach):
    """Return one row of the table, None where too few municipalities are known."""
    everyone = size_data.observed(outcome.name, frame)
    rows = everyone.dropna(subset=[*held[0], *held[1]])
    if rows["code"].nunique() < FEWEST:
        return None
    fit, plain = _fit(rows, *held), _fit(rows, (), ())
    return {
        **{field: getattr(outcome, field) for field in FIELDS},
        "adjustment": name,
        "n": fit.n,
        "rows": fit.rows,
        "sd": everyone["y"].std(),
        "gradient": fit.estimate,
        "low": fit.ci95[0],
        "high": fit.ci95[1],
        "p": fit.p,
        **spatial_numbers(fit, reach),
        "same_rows": plain.estimate,
    }


def _fit(rows, covariates, levels):
    """Return the `regression.Fit` of log2(inhabitants) with year effects."""
    doublings = rows["log_inhabitants"] / np.log(2)
    effects = [rows["year"], *(rows[column] for column in levels)]
    return clustered(rows["y"], doublings, rows["code"], effects, [rows[column] for column in covariates])
