"""Categorical data with a known truth: shares of groups, codes by several coders, the spread of a model."""

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import shown, vector
from gemeenten.errors import DesignError
from gemeenten.simulate_marks import codes, distinct_years, generators, in_range, marked, whole


def shares(groups, *, seed):
    """Return counts of yes in groups with known true shares, one row a group.

    Columns: group, n, k (units that say yes, binomial), true_share, tier. The observed share k / n is
    unbiased for true_share.

    Parameters
    ----------
    groups : dict
        Name of the group to (n, true share), for instance ``{"large": (26, 0.5), "small": (404, 0.22)}``.
    seed : int
        Seed.
    """
    (rng,) = generators(seed, "shares")
    rows, truth = [], {}
    for name, group in groups.items():
        n, true_share = _n_and_share(group, name)
        n = whole(n, f"groups: units in {name!r}", 1)
        in_range(true_share, f"groups: share of {name!r}", 0, 1)
        truth[name] = float(true_share)
        rows.append({"group": name, "n": n, "k": int(rng.binomial(n, true_share)), "true_share": true_share})
    return marked(pd.DataFrame(rows), seed, truth)


def _n_and_share(group, name):
    if np.ndim(group) != 1 or len(group) != 2:
        raise DesignError(f"groups: {name!r} holds {shown(group)}; give (units, true share)")
    return group


def ratings(n, coders=2, agreement=0.8, prevalence=(0.2, 0.5, 0.3), missing=0.0, *, seed):
    """Return codes of `n` units by several coders whose true chance-corrected agreement is known.

    A coder gives the true category with probability sqrt(agreement), else one drawn by the same shares. Two
    coders then disagree (1 - agreement) times as often as by chance, so Krippendorff's nominal alpha (and
    Cohen's kappa) are `agreement` in expectation of a large sample. Raw agreement is higher, namely
    agreement + (1 - agreement) * sum(prevalence^2).

    Columns: code, coder_1, coder_2, ... (categories 1, 2, ... as floats, NaN = not rated), tier.

    Parameters
    ----------
    n, coders : int
        Units and coders, each at least 2.
    agreement : float
        True agreement beyond chance, 0 to 1.
    prevalence : sequence of float
        True shares of the categories, summing to 1.
    missing : float
        Probability that a coder leaves a unit unrated.
    seed : int
        Seed.
    """
    n, coders = whole(n, "n: units", 2), whole(coders, "coders", 2)
    in_range(agreement, "agreement", 0, 1)
    in_range(missing, "missing", 0, 1)
    prevalence = vector(prevalence, "prevalence")
    if (prevalence < 0).any() or not np.isclose(prevalence.sum(), 1):
        raise DesignError(f"prevalence: sums to {prevalence.sum():g}, or one is negative; make them sum to 1")
    (rng,) = generators(seed, "ratings")
    truth = rng.choice(prevalence.size, size=(n, 1), p=prevalence)
    guess = rng.choice(prevalence.size, size=(n, coders), p=prevalence)
    given = np.where(rng.random((n, coders)) < np.sqrt(agreement), truth, guess) + 1.0
    given[rng.random((n, coders)) < missing] = np.nan
    named = pd.DataFrame(given, columns=[f"coder_{j + 1}" for j in range(coders)])
    named.insert(0, "code", codes(n))
    return marked(named, seed, {"agreement": agreement, "prevalence": prevalence.tolist()})


def adoption(n=430, midpoint=2004.0, rate=0.25, years=range(1990, 2016), *, seed):
    """Return the spread of a model over `n` units by year, along a logistic curve with known parameters.

    Each unit has one adoption time, logistic around `midpoint`; a unit that has adopted keeps the model. The
    true share in a year is 1 / (1 + exp(-rate * (year - midpoint))). Shares of successive years hold the same
    units, so a fit that takes them as independent has standard errors that are too small.

    Columns: year, n, adopted, share, true_share, tier.

    Parameters
    ----------
    n : int
        Units.
    midpoint : float
        Year in which half have adopted.
    rate : float
        Slope of the log odds per year, positive.
    years : sequence of int
        Years observed.
    seed : int
        Seed.
    """
    n = whole(n, "n: units", 1)
    vector([midpoint, rate], "midpoint and rate")
    if rate <= 0:
        raise DesignError(f"rate: {rate:g} must be positive; it is the slope of the log odds per year")
    years = distinct_years(years)
    (rng,) = generators(seed, "adoption")
    times = rng.logistic(midpoint, 1 / rate, n)
    adopted = (times[:, None] <= years).sum(axis=0)
    true = 1 / (1 + np.exp(-rate * (years - midpoint)))
    columns = {"year": years, "n": n, "adopted": adopted, "share": adopted / n, "true_share": true}
    return marked(pd.DataFrame(columns), seed, {"midpoint": midpoint, "rate": rate})
