"""How every outcome changes with size: gradients, step against curve, and what is left between neighbours."""

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from gemeenten.claims import size_data
from gemeenten.claims.regression import clustered
from gemeenten.claims.size_outcomes import OUTCOMES
from gemeenten.claims.size_spatial import moran
from gemeenten.claims.size_steps import DRAWS, FEWEST, SEED, steps
from gemeenten.errors import DesignError

HELD_CONSTANT = ("log_density",)
# A line in ln(inhabitants) is in every rival of the step test, so "none" besides it is the line itself.
SHAPES = {"none": "line", "linear": "line", "smooth": "curve", "step": "step"}
FIELDS = ["name", "label", "unit", "table", "tier", "affected"]


def gradients(frame=None, covariates=HELD_CONSTANT):
    """Return how much each outcome differs per doubling of inhabitants, all known years together.

    Least squares with year effects and errors clustered by municipality (CRV3), without and with
    `covariates`. Size is bundled with density, age and income: the gradient describes, it does not explain.

    Parameters
    ----------
    frame : DataFrame, optional
        `size_data.panel()` when it is at hand.
    covariates : sequence of str
        Columns of the panel held constant in the adjusted gradient; rows without them are left out there.

    Returns
    -------
    pandas.DataFrame, a row an outcome, in the order of `OUTCOMES`
        The outcome's `FIELDS`; `years` (text), `n` (municipalities), `rows`, `mean`, `sd`; `gradient`,
        `low`, `high`, `p` (95 % interval, two-sided), the same with `adjusted_` in front and `adjusted_n`,
        all per doubling of inhabitants in `unit`; `adjusted_q`, Benjamini-Hochberg over the outcomes.
        Missing where there are fewer than 60 municipalities.
    """
    frame = size_data.panel() if frame is None else frame
    table = pd.DataFrame([_gradient(outcome, frame, covariates) for outcome in OUTCOMES])
    known = table["adjusted_p"].notna()
    table.loc[known, "adjusted_q"] = multipletests(table.loc[known, "adjusted_p"], method="fdr_bh")[1]
    return table


def _gradient(outcome, frame, covariates):
    rows = size_data.observed(outcome.name, frame)
    plain, adjusted = _fit(rows, ()), _fit(rows.dropna(subset=list(covariates)), covariates)
    return {
        **{field: getattr(outcome, field) for field in FIELDS},
        "years": _years(rows["year"]),
        "n": rows["code"].nunique(),
        "rows": len(rows),
        "mean": rows["y"].mean(),
        "sd": rows["y"].std(),
        **_numbers(plain, ""),
        **_numbers(adjusted, "adjusted_"),
        "adjusted_n": 0 if adjusted is None else adjusted.n,
    }


def _fit(rows, covariates):
    """Return the `regression.Fit` of log2(inhabitants), None with too few municipalities."""
    if rows["code"].nunique() < FEWEST:
        return None
    doublings = rows["log_inhabitants"] / np.log(2)
    others = [rows[column] for column in covariates]
    return clustered(rows["y"], doublings, rows["code"], [rows["year"]], others)


def _numbers(fit, prefix):
    found = (np.nan,) * 4 if fit is None else (fit.estimate, *fit.ci95, fit.p)
    return dict(zip((f"{prefix}{part}" for part in ("gradient", "low", "high", "p")), found, strict=True))


def _years(years):
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}-{last}"


def step_table(frame=None, draws=DRAWS, seed=SEED):
    """Return the registered test of a step (`size_steps.steps`) for each outcome in its own year.

    Returns
    -------
    pandas.DataFrame, a row an outcome
        The outcome's `FIELDS`; `year`, `n`; `sup_f_p` (a line in ln(inhabitants) on either side allowed),
        `threshold`, `low`, `high` (inhabitants; ends of the 95 % set), `robust_low`, `robust_high` (the
        set scaled for heteroskedasticity), `holds_100000`, `set_is_near` (bool: 80,000 to 130,000),
        `bic_step_less_curve` (negative favours the step), `best_bic` (line, curve or step); `jump_sd`,
        `jump_sd_low`, `jump_sd_high` (SD of the outcome; 95 %) of being above 100,000 given a spline;
        `rule` (what the registered rule would say); `reason` why it could not be tested, else empty.
    """
    frame = size_data.panel() if frame is None else frame
    return pd.DataFrame([_step_row(outcome, frame, draws, seed) for outcome in OUTCOMES])


def _step_row(outcome, frame, draws, seed):
    rows = size_data.cross_section(outcome.name, frame)
    known = {**{field: getattr(outcome, field) for field in FIELDS}, "year": outcome.year, "n": len(rows)}
    try:
        found = steps(rows, draws, seed)
    except DesignError as error:
        return {**known, "reason": str(error)}
    return {
        **known,
        "sup_f_p": found.test.p_value,
        "threshold": found.fit.threshold,
        "low": found.fit.ci[0],
        "high": found.fit.ci[1],
        "robust_low": found.fit.ci_robust[0],
        "robust_high": found.fit.ci_robust[1],
        "holds_100000": found.holds_large,
        "set_is_near": found.set_is_near,
        "bic_step_less_curve": found.rivals.step_minus_smooth,
        "best_bic": SHAPES[found.rivals.best_bic],
        "jump_sd": found.jump.estimate / found.sd,
        "jump_sd_low": found.jump.ci95[0] / found.sd,
        "jump_sd_high": found.jump.ci95[1] / found.sd,
        "rule": found.verdict,
        "reason": "",
    }


def spatial_table(frame=None, covariates=HELD_CONSTANT, seed=SEED):
    """Return Moran's I of what size and `covariates` leave of each outcome, in its own year.

    Returns
    -------
    pandas.DataFrame, a row an outcome
        The outcome's `FIELDS`; `year`, `n`, `moran`, `expected`, `p` and `reason` (why there is none: the
        centroids are those of the boundaries of 2023 and after).
    """
    frame = size_data.panel() if frame is None else frame
    return pd.DataFrame([_spatial_row(outcome, frame, covariates, seed) for outcome in OUTCOMES])


def _spatial_row(outcome, frame, covariates, seed):
    rows = size_data.cross_section(outcome.name, frame).dropna(subset=list(covariates))
    known = {**{field: getattr(outcome, field) for field in FIELDS}, "year": outcome.year, "n": len(rows)}
    try:
        found = moran(rows["code"], residuals(rows, covariates), outcome.year, seed=seed)
    except DesignError as error:
        return {**known, "reason": str(error)}
    return {**known, "moran": found.i, "expected": found.expected, "p": found.p_value, "reason": ""}


def residuals(rows, covariates=HELD_CONSTANT):
    """Return what a line in ln(inhabitants) and the covariates leave of `y`, shape (n,)."""
    columns = [rows[name] for name in ("log_inhabitants", *covariates)]
    design = np.column_stack([np.ones(len(rows)), *columns])
    y = rows["y"].to_numpy(dtype=float)
    return y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
