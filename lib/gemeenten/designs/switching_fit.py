"""Estimation of a staggered switch by pyfixest: two-way fixed effects, Sun & Abraham, and did2s."""

import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest
from scipy import stats

from gemeenten.designs.wording import evidence, interval, number, p_value
from gemeenten.errors import DesignError

#: A standard error below this share of the outcome's spread is rounding: the fit is exact.
EXACT = 1e-10


@dataclass(frozen=True)
class Effect:
    """An average effect in the outcome's unit: estimate, clustered standard error, interval, two-sided p.

    `level` is that of the interval, `n` the number of rows.
    """

    estimate: float
    se: float
    ci: tuple[float, float]
    p_value: float
    level: float
    n: int

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the effect in plain English, with its interval, n and the evidence tier."""
        size = f"{number(self.estimate)} {unit}".strip()
        zero = "; zero is not excluded, which does not show that there is no effect"
        return (
            f"After the switch, {what} changes by {size} on average ({interval(*self.ci, level=self.level)}; "
            f"{p_value(self.p_value)}){zero if self.ci[0] <= 0 <= self.ci[1] else ''} "
            f"{evidence(self.n, tier)}."
        )


@dataclass(frozen=True, eq=False)
class Fitted:
    """Estimates, and what the path of Sun & Abraham was averaged from.

    Attributes
    ----------
    average : DataFrame, one row
    path, cohorts : DataFrame
        `estimate` and `se`, indexed by period and by cohort.
    dummies : DataFrame, shape (rows, effects), or None
        Of every cohort and period but the reference.
    weights : float array, shape (periods, effects), or None
        Of the effects in the path.
    """

    average: pd.DataFrame
    path: pd.DataFrame
    cohorts: pd.DataFrame
    dummies: pd.DataFrame | None = None
    weights: np.ndarray | None = None


def two_way(panel):
    """Return two-way fixed effects: the static coefficient, and that of every period but the reference.

    Parameters
    ----------
    panel : switching_panel.Panel
    """
    static = _feols("y ~ post" + _ahead(panel), panel.data)
    data, names = _dummies(panel, ["period"])
    dynamic = _feols("y ~ " + " + ".join(names), data)
    path = _combined(dynamic, list(names), np.eye(len(names)), [key[0] for key in names.values()])
    average = _combined(static, ["post"], np.eye(1), [0])
    return Fitted(average, path, average.iloc[:0])


def sun_abraham(panel):
    """Return the interaction-weighted estimator of Sun & Abraham (2021, J. Econometrics 225: 175-199).

    One regression with a coefficient for every cohort and period, averaged with each cohort's share of the
    rows as weight (their section 4); the shares are taken as known, as in fixest's ``sunab``.
    """
    cells = panel.cells().set_index(["cohort", "period"])["rows"]
    at_reference = (
        cells.xs(panel.reference, level="period").index if panel.reference in _periods(cells) else []
    )
    absent = sorted(set(cells.index.get_level_values("cohort")) - set(at_reference))
    if absent:
        raise DesignError(
            f"cohort: {absent[0]} has no row in the reference period {panel.reference}; "
            "bin the periods, leave the cohort out, or use estimator='did2s'"
        )
    data, names = _dummies(panel, ["cohort", "period"])
    fit = _feols("y ~ " + " + ".join(names), data)
    rows = pd.Series({name: cells[key] for name, key in names.items()}, dtype=float)
    cohort, period = (np.array([key[i] for key in names.values()]) for i in (0, 1))
    labels = np.unique(period)
    weights = _shares(labels[:, None] == period, rows)
    path = _combined(fit, list(names), weights, labels)
    average = _combined(fit, list(names), _shares((period >= 0)[None], rows), [0])
    after = np.unique(cohort[period >= 0])
    kept = (after[:, None] == cohort) & (period >= 0)
    cohorts = _combined(fit, list(names), _shares(kept, rows), after)
    return Fitted(average, path, cohorts, data[list(names)], weights)


def did2s(panel):
    """Return Gardner's (2022, arXiv 2207.05943) two-stage estimator, standard errors by GMM.

    Unit and period effects are estimated from untreated rows only; what is left of all rows is averaged.
    """
    average = _two_stage(panel, panel.data, {"post": 0}, _ahead(panel))
    data, names = _dummies(panel, ["period"])
    path = _two_stage(panel, data, {name: key[0] for name, key in names.items()})
    after = np.unique(panel.data.loc[panel.data["post"] == 1, "cohort"]).astype(int)
    data = panel.data.assign(**{f"c{c}": (panel.data["cohort"] == c) * panel.data["post"] for c in after})
    cohorts = _two_stage(panel, data, {f"c{c}": c for c in after}, _ahead(panel))
    return Fitted(average, path, cohorts)


ESTIMATORS = {"sun-abraham": sun_abraham, "did2s": did2s}


def effect(table, clusters, level, outcome):
    """Return the `Effect` of a one-row table on the `outcome`, with t on clusters - 1 degrees of freedom.

    Raises
    ------
    DesignError
        If the standard error is nil beside the standard deviation of the outcome.
    """
    row = with_intervals(table, clusters, level).iloc[0]
    if not row["se"] > EXACT * outcome.std():
        raise DesignError(
            "outcome: fits without error, so no standard error exists; give an outcome with noise"
        )
    p = float(2 * stats.t.sf(abs(row["estimate"]) / row["se"], clusters - 1))
    ends = (float(row["low"]), float(row["high"]))
    return Effect(float(row["estimate"]), float(row["se"]), ends, p, level, len(outcome))


def with_intervals(table, clusters, level):
    """Return `table` with `low` and `high`, by t on clusters - 1 degrees of freedom."""
    margin = stats.t.ppf((1 + level) / 2, clusters - 1) * table["se"]
    return table.assign(low=table["estimate"] - margin, high=table["estimate"] + margin)


def negative_weight(panel):
    """Return the sum of the negative weights in the static two-way coefficient; 0 is harmless.

    The coefficient is a weighted sum of the effects in treated rows, weights summing to one; the weight is
    the treatment net of both effects (de Chaisemartin & D'Haultfoeuille 2020, AER 110: 2964-2996, theorem 1).
    """
    ahead = "ahead" if _ahead(panel) else "1"
    net = np.asarray(_feols(f"post ~ {ahead}", panel.data).resid())
    weights = net[panel.data["post"] == 1]
    return float(np.minimum(weights, 0).sum() / weights.sum())


def _ahead(panel):
    return " + ahead" if panel.data["ahead"].any() else ""


def _periods(cells):
    return set(cells.index.get_level_values("period"))


def _dummies(panel, by):
    """Return the data with a dummy for each group of switchers' rows but the reference, and name -> group."""
    groups = panel.cells()[by].drop_duplicates()
    groups = groups[groups["period"] != panel.reference].sort_values(by)
    keys = [tuple(map(int, key)) for key in groups.itertuples(index=False)]
    names = {f"e{at}": key for at, key in enumerate(keys)}
    columns = {
        name: (panel.data[by] == np.array(key)).all(axis=1).astype(float) for name, key in names.items()
    }
    return pd.concat([panel.data, pd.DataFrame(columns)], axis=1), names


def _shares(kept, rows):
    weights = kept * rows.to_numpy()
    return weights / weights.sum(axis=1, keepdims=True)


@contextmanager
def _quiet():
    """Silence two warnings of pyfixest 0.60 on what is not the reader's to mend.

    Its use of `inplace` concerns a later pandas, not the numbers; `_combined` refuses a dropped regressor.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s+\d+ variables dropped", category=UserWarning)
        warnings.filterwarnings("ignore", message="The inplace keyword in", category=DeprecationWarning)
        yield


def _feols(formula, data):
    """Return the fit of `formula` with unit and period effects, clustered."""
    with _quiet(), np.errstate(divide="ignore", invalid="ignore"):  # an exact fit: `effect` refuses it
        return pyfixest.feols(f"{formula} | unit + time", data, vcov={"CRV1": "cluster"})


def _two_stage(panel, data, names, others=""):
    """Return the estimates of the second-stage dummies `names` (name -> label)."""
    treated = data.assign(exposed=(data["post"] + data["ahead"] > 0).astype(int))
    with _quiet(), np.errstate(divide="ignore", invalid="ignore"):
        fit = pyfixest.did2s(
            treated,
            yname="y",
            first_stage="~ 0 | unit + time",
            second_stage="~ " + " + ".join(names) + others,
            treatment="exposed",
            cluster="cluster",
        )
    return _combined(fit, list(names), np.eye(len(names)), list(names.values()))


def _combined(fit, names, weights, labels):
    """Return `weights` x coefficients as a table of `estimate` and `se`."""
    with np.errstate(divide="ignore", invalid="ignore"):  # pyfixest divides by a standard error of zero
        coefficients = fit.coef()
    kept = list(coefficients.index)
    dropped = len(set(names) - set(kept))
    if dropped:
        raise DesignError(
            f"cohort: {dropped} effect(s) cannot be told from unit and period effects; "
            "widen the window, bin the periods, or leave out cohorts with gaps"
        )
    at = [kept.index(name) for name in names]
    covariance = weights @ np.asarray(fit._vcov)[np.ix_(at, at)] @ weights.T
    values = weights @ coefficients.to_numpy()[at]
    return pd.DataFrame({"estimate": values, "se": np.sqrt(np.diag(covariance))}, index=labels)
