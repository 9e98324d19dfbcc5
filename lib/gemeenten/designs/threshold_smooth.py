"""Is it a step or a curve? A threshold regression beside a straight line and a smooth spline."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from gemeenten.designs import inputs, wording
from gemeenten.designs import threshold_profile as profiles
from gemeenten.designs.threshold_bootstrap import stream
from gemeenten.designs.threshold_set import observed_value
from gemeenten.errors import DesignError

_NAMES = {"none": "no relation", "linear": "straight line", "smooth": "smooth curve", "step": "step"}
# A smaller difference in BIC is "not worth more than a bare mention" (Kass & Raftery 1995, JASA 90, 773-795).
_BARE_MENTION = 2.0
# Relative size below which a direction in the regressors counts as absent.
_RANK = 1e-10


@dataclass(frozen=True, eq=False)
class Rivals:
    """Step, smooth curve, straight line and no relation, compared on the same units.

    Attributes
    ----------
    table : DataFrame, index none, linear, smooth, step
        parameters (of the mean; the threshold counts as one), sse, bic, delta_bic (above the lowest),
        cv_mse (mean squared error of prediction, unit of y squared), cv_rmse.
    best_bic, best_cv : str
        Row with the lowest BIC, and with the lowest error of prediction.
    threshold : float
        Step of the fit to all units.
    log, df, folds, seed, n
        Whether line and curve are in log(q), degrees of freedom of the curve, folds, seed, units.
    """

    table: pd.DataFrame
    best_bic: str
    best_cv: str
    threshold: float
    log: bool
    df: int
    folds: int
    seed: int
    n: int

    @property
    def step_minus_smooth(self):
        """BIC of the step less that of the smooth curve; negative favours the step."""
        return float(self.table.loc["step", "bic"] - self.table.loc["smooth", "bic"])

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the comparison in plain English."""
        gap = self.step_minus_smooth
        if abs(gap) < _BARE_MENTION:
            first = "the two are not told apart"
        else:
            first = f"the {'step' if gap < 0 else 'smooth curve'} describes {what} better"
        error = self.table["cv_rmse"].map(wording.number) + (f" {unit}" if unit else "")
        errors = ", ".join(f"{_NAMES[row]} {value}" for row, value in error.items())
        return (
            f"BIC of a step at {observed_value(self.threshold)} less that of a smooth curve is "
            f"{wording.number(gap)}: {first}. Of all four BIC prefers the {_NAMES[self.best_bic]}, and "
            f"prediction of units left out ({self.folds} folds, root mean squared error: {errors}) the "
            f"{_NAMES[self.best_cv]} {wording.evidence(self.n, tier)}."
        )


def compare_smooth(y, q, x=None, trim=0.05, df=4, *, seed, log=False, folds=10):
    """Return a step compared with a smooth curve, a straight line and no relation.

    sup-F rejects against any curvature, so a step is believed only if it beats a curve. The rivals for the
    mean of y: none, (1, x); linear, (1, x, q); smooth, (1, x) and a natural cubic spline of q with `df`
    degrees of freedom, knots at equally spaced quantiles of the distinct q; step, the regression of `fit`,
    all coefficients in both regimes. BIC = n (log(2 pi sse / n) + 1) + (parameters + 1) log n, the 1 being
    the variance. Parameters are the rank of the design; the step's threshold counts as one more (Yao 1988,
    Statistics & Probability Letters 6; as `breakpoints` of R's strucchange does). In cross-validation the
    threshold is searched again in each training set; the knots depend on q alone and stay.

    Parameters
    ----------
    y, q, x, trim
        As in `fit`.
    df : int
        Degrees of freedom of the curve beyond the constant, at least 2.
    seed : int
        Seed of the division into folds.
    log : bool
        Use log(q) for line and curve; the step does not change.
    folds : int
        Parts of the sample that are predicted in turn.

    Returns
    -------
    Rivals

    Raises
    ------
    DesignError
        As `fit`, and if log is asked of a q that is not positive, or df or folds does not suit the sample.
    """
    log, sample = inputs.flag(log, "log"), profiles.prepare(y, q, x, trim)
    n = len(sample.y)
    _check(sample.q, df, folds, log)
    running = _standardised(np.log(sample.q) if log else sample.q)
    designs = {
        "none": sample.design,
        "linear": np.column_stack([sample.design, running]),
        "smooth": np.column_stack([sample.design, natural_spline(running, df)]),
    }
    sse, _ = profiles.sse_profile(sample)
    rows = {name: (_rank(design), _sse(sample.y, design, name)) for name, design in designs.items()}
    rows["step"] = (2 * sample.design.shape[1] + 1, float(sse.min()))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["parameters", "sse"])
    table["bic"] = n * (np.log(2 * np.pi * table["sse"] / n) + 1) + (table["parameters"] + 1) * np.log(n)
    table["delta_bic"] = table["bic"] - table["bic"].min()
    table["cv_mse"] = _cross_validate(sample, designs, trim, folds, seed)
    table["cv_rmse"] = np.sqrt(table["cv_mse"])
    at = profiles.first_minimum(sse)
    return Rivals(
        table=table,
        best_bic=str(table["bic"].idxmin()),
        best_cv=str(table["cv_mse"].idxmin()),
        threshold=float(sample.thresholds[at]),
        log=log,
        df=int(df),
        folds=int(folds),
        seed=seed,
        n=n,
    )


def natural_spline(values, df):
    """Return a basis (n, df + 1) of natural cubic splines, the constant among their span.

    Column j is the natural spline through 1 at knot j and 0 at the others, so the columns add up to one.
    Knots are the df + 1 equally spaced quantiles of the distinct values, the extremes included: no unit is
    extrapolated.
    """
    knots = np.quantile(np.unique(values), np.linspace(0, 1, df + 1))
    return CubicSpline(knots, np.eye(df + 1), bc_type="natural")(values)


def _check(q, df, folds, log):
    """Refuse a curve or a division into folds that the sample cannot carry."""
    if log and q.min() <= 0:
        raise DesignError(
            f"q: {q.min():g} has no logarithm; use log=False or drop the units at or below zero"
        )
    distinct = len(np.unique(q))
    if not isinstance(df, Integral) or not 2 <= df < distinct:
        raise DesignError(
            f"df: {df}; give a whole number from 2 to {distinct - 1}, one below the distinct values of q"
        )
    if not isinstance(folds, Integral) or not 2 <= folds <= len(q):
        raise DesignError(f"folds: {folds}; give a whole number from 2 to the {len(q)} units")


def _standardised(values):
    away = values - values.mean()
    away = away / np.abs(away).max()  # a square of 1e-200 would be zero
    return away / away.std()


def _rank(design):
    """Return the number of parameters: a regressor that is also in the spline is counted once."""
    return int(np.linalg.matrix_rank(design / np.linalg.norm(design, axis=0), rtol=_RANK))


def _sse(y, design, name):
    """Return the residual sum of squares; refuse an exact fit, whose BIC is minus infinity."""
    sse = float(np.sum((y - _predict(y, design, design)) ** 2))
    profiles.refuse_exact(sse, y - y.mean(), f"the model '{_NAMES[name]}' fits y")
    return sse


def _predict(y, design, new):
    """Return least-squares predictions for `new`, by the shortest solution when columns coincide."""
    length = np.linalg.norm(design, axis=0)
    length[length == 0] = 1
    centre = y.mean()
    return centre + (new / length) @ np.linalg.lstsq(design / length, y - centre, rcond=_RANK)[0]


def _cross_validate(sample, designs, trim, folds, seed):
    """Return the mean squared error of prediction by model."""
    fold = stream(seed).permutation(np.arange(len(sample.y)) % folds)
    errors = {name: np.empty(len(fold)) for name in [*designs, "step"]}
    for held in range(folds):
        out = fold == held
        for name, design in designs.items():
            errors[name][out] = sample.y[out] - _predict(sample.y[~out], design[~out], design[out])
        try:
            errors["step"][out] = sample.y[out] - _predict_step(sample, ~out, out, trim)
        except DesignError as error:
            raise DesignError(f"folds: no step can be fitted without fold {held + 1} ({error})") from None
    return {name: float(np.mean(error**2)) for name, error in errors.items()}


def _predict_step(sample, train, out, trim):
    """Return predictions of the units `out` by a threshold regression searched among the units `train`."""
    x = sample.design[:, 1:]
    inner = profiles.prepare(sample.y[train], sample.q[train], x[train] if x.size else None, trim)
    at = profiles.first_minimum(profiles.sse_profile(inner)[0])
    high = sample.q[out] > inner.thresholds[at]
    predicted = np.empty(len(high))
    for rows, side in zip(profiles.regime_rows(inner, at), (~high, high), strict=True):
        predicted[side] = _predict(inner.y[rows], inner.design[rows], sample.design[out][side])
    return predicted
