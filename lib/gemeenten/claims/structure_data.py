"""Main units and top managers as single municipalities print them, with size; ratios of such counts."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats

from gemeenten import tables
from gemeenten.claims.models_data import DIRECTIE, spells, with_size
from gemeenten.claims.models_firth import centred_design
from gemeenten.errors import DesignError

PERIOD = (2000, 2015)  # registered period of C13
CONVERGED = 1e-12  # change of the deviance at which the iterations stop
UNDATED = 2015  # an undated page is given the size of this year


def units():
    """Return the printed numbers of main units and top managers, with the size of the municipality.

    Returns
    -------
    pandas.DataFrame, a row a count
        The columns of table organisation_units; dated; population and large in the year, or in 2015 on an
        undated page; model, as coded from the same page, missing otherwise.
    """
    table = tables.load("organisation_units")
    dated = table["year"].notna()
    sized = with_size(table.assign(year=table["year"].fillna(UNDATED).astype("int64"), dated=dated))
    coded = spells().drop_duplicates(["code", "url"], keep="last").set_index(["code", "url"])["model"]
    model = [coded.get((row.code, row.url)) for row in sized.itertuples()]
    return sized.assign(year=table["year"], model=model)


def main_units(dated=True):
    """Return one count of main units a municipality, for the regression of C13.

    Parameters
    ----------
    dated : bool
        Whether only dated counts of `PERIOD` enter; otherwise all counts, undated ones last.

    Returns
    -------
    pandas.DataFrame, a row a municipality
        The earliest count: the claim is about structures before they were merged.
    """
    rows = units().dropna(subset=["n_units"]).sort_values(["code", "year"], na_position="last")
    rows = rows[rows["year"].between(*PERIOD).fillna(False)] if dated else rows
    return rows.drop_duplicates("code").reset_index(drop=True)


def directors():
    """Return one number of top managers a municipality with the directie model, for C19.

    The model is coded from the same page, or the main units are called "afdelingen": the chapter's other name
    for the model is afdelingenmodel.
    """
    rows = units().dropna(subset=["n_top_managers"])
    rows = rows[(rows["model"] == DIRECTIE) | (rows["unit_label"] == "afdelingen")]
    return rows.sort_values(["code", "year"]).drop_duplicates("code").reset_index(drop=True)


@dataclass(frozen=True)
class CountRatio:
    """The ratio of expected counts for one more unit of the regressor, with its intervals.

    `dispersion` is the variance over that of a Poisson distribution, `n` the number of municipalities.
    """

    ratio: float
    ci95: tuple
    ci90: tuple
    p: float
    dispersion: float
    n: int


def count_ratio(y, x, covariates=()):
    """Return the `CountRatio` of `x` in a quasi-Poisson regression of the counts `y`.

    Parameters
    ----------
    y : array_like, shape (n,)
        Counts, zero or more.
    x : array_like, shape (n,)
        The regressor of interest.
    covariates : sequence of array_like, each shape (n,)
        Further regressors; a constant is added.

    Raises
    ------
    DesignError
        If `y` or `x` is constant, a count is negative, there are fewer than two more units than coefficients,
        or the regressors are collinear.

    Notes
    -----
    Pearson's statistic over its degrees of freedom scales the variance, and the intervals are Student's
    (McCullagh & Nelder 1989, Generalized Linear Models, ch. 6). It is not taken below one: with few
    municipalities a small value is chance.
    """
    y, design = centred_design(y, x, covariates)
    if y.min() < 0:
        raise DesignError("y: a count is below zero; give numbers of units")
    fit = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=CONVERGED)
    dispersion = max(1.0, fit.pearson_chi2 / fit.df_resid)
    se = float(np.sqrt(dispersion * fit.cov_params()[0, 0]))
    ends = [stats.t.isf(tail, fit.df_resid) * se for tail in (0.025, 0.05)]
    ci95, ci90 = (tuple(np.exp(fit.params[0] + np.array([-reach, reach])).tolist()) for reach in ends)
    p = float(2 * stats.t.sf(abs(fit.params[0]) / se, fit.df_resid))
    return CountRatio(float(np.exp(fit.params[0])), ci95, ci90, p, float(dispersion), len(y))


def by_group(rows):
    """Return the number, mean and range of main units above and below 100,000 inhabitants."""
    rows = rows[rows["large"].notna()]
    size = rows["large"].astype(bool).map({True: "above 100,000", False: "up to 100,000"}).rename("size")
    return rows.groupby(size)["n_units"].agg(["count", "mean", "min", "max"]).reset_index()
