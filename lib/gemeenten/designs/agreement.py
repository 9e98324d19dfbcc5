"""Agreement of coders beyond chance: Krippendorff's alpha, Cohen's and Fleiss' kappa, with intervals.

Alpha takes any number of coders, missing ratings and ordered codes, and is the measure of choice; the kappas
are for comparison with other studies. The bootstrap resamples units, since units are what is sampled: coders
are taken as given, so that the intervals say nothing of other coders.

Sources: Krippendorff 2004, Content Analysis, 2nd ed., ch. 11; Hayes & Krippendorff 2007, Commun. Methods
Meas. 1:77-89; Cohen 1960, Educ. Psychol. Meas. 20:37-46; Fleiss, Cohen & Everitt 1969, Psychol. Bull.
72:323-327 (standard error of Cohen's kappa); Fleiss 1971, Psychol. Bull. 76:378-382.
"""

import krippendorff
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from gemeenten.designs import agreement_distance, inputs
from gemeenten.designs.agreement_bootstrap import bootstrap, drawn_units, percentiles
from gemeenten.designs.agreement_codes import MOST_CODES, code_counts, numeric_codes, table
from gemeenten.designs.agreement_results import RELIABLE, Alpha, Kappa, clipped
from gemeenten.errors import DesignError

#: Distances between codes: any two codes differ alike, by rank, by difference, by relative difference.
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def alpha(ratings, level="nominal", confidence=0.95, draws=1000, seed=1):
    """Return Krippendorff's alpha with a percentile bootstrap interval.

    Parameters
    ----------
    ratings : array_like or DataFrame, shape (units, coders)
        Codes; NaN where a coder did not rate a unit. Units with fewer than two ratings are left out. Codes
        may be text at the nominal level, else they are numbers in their order.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement of the codes.
    confidence : float
        Confidence level of the interval.
    draws : int
        Bootstrap draws of units, at least 100.
    seed : int
        Seed of the draws.

    Returns
    -------
    Alpha

    Raises
    ------
    DesignError
        If the shape is wrong, text is given at a level that needs an order, fewer than two units have two
        ratings, or all their ratings are the same (agreement beyond chance is then undefined).

    Notes
    -----
    Computed by the library `krippendorff`, at the interval and ratio levels by `agreement_distance`. Hayes &
    Krippendorff 2007 resample pairs of ratings instead, which takes the pairs within a unit as independent.
    """
    if level not in LEVELS:
        raise DesignError(f"level: {level!r} is not one of {', '.join(LEVELS)}")
    given, labels = numeric_codes(table(ratings, "ratings"), "ratings", text=level == "nominal")
    if level == "ratio" and np.nanmin(given, initial=0) < 0:
        raise DesignError("ratings: below zero; the ratio level needs a true zero, use the interval level")
    by_distance = level in agreement_distance.LEVELS
    counts, domain, used = code_counts(given, most=None if by_distance else MOST_CODES)
    estimate, values = (_by_distance if by_distance else _by_library)(counts, domain, level, draws, seed)
    low, high = percentiles(values, confidence)
    return Alpha(
        estimate=estimate,
        low=low,
        high=high,
        confidence=confidence,
        measurement=level,
        p_unreliable=float(np.mean(values < RELIABLE)),
        n=len(counts),
        n_given=len(given),
        coders=int(np.isfinite(given[used]).any(axis=0).sum()),
        ratings=int(counts.sum()),
        codes=tuple(domain.tolist()) if labels is None else tuple(labels[int(code)] for code in domain),
        draws=draws,
        undefined=draws - len(values),
    )


def cohen(a, b, confidence=0.95):
    """Return Cohen's kappa of two coders with its asymptotic interval, cut to [-1, 1].

    Parameters
    ----------
    a, b : array_like, shape (units,)
        Codes by the two coders, numbers or text, of the same units in the same order.
    confidence : float
        Confidence level of the interval.

    Returns
    -------
    Kappa

    Raises
    ------
    DesignError
        On missing codes, fewer than two units, unequal lengths, no code in common, or a coder who gave
        one code to all units (kappa is then 0 or undefined, whatever the other coder did).

    Notes
    -----
    Cohen 1960; standard error of Fleiss, Cohen & Everitt 1969, by statsmodels' cohens_kappa. It is for large
    samples: with few units prefer the bootstrap of `alpha`.
    """
    crossed = confusion(a, b)
    for axis, name in ((1, "a"), (0, "b")):
        if (crossed.sum(axis=axis) > 0).sum() == 1:
            raise DesignError(f"{name}: one code for all units, so kappa says nothing; add units that differ")
    if not set(a) & set(b):
        raise DesignError("a and b: no code in common; check that both coders use the same list of codes")
    found, n = cohens_kappa(crossed.to_numpy()), int(crossed.to_numpy().sum())
    # Perfect agreement has a variance of zero, which rounding can make negative.
    se = np.sqrt(max(found.var_kappa, 0.0))
    reach = stats.norm.isf((1 - inputs.share(confidence, "confidence")) / 2) * se
    shares = crossed.to_numpy() / n
    return Kappa(
        kind="Cohen's",
        estimate=float(found.kappa),
        se=float(se),
        low=clipped(found.kappa - reach),
        high=clipped(found.kappa + reach),
        confidence=confidence,
        observed=float(np.trace(shares)),
        expected=float(shares.sum(axis=0) @ shares.sum(axis=1)),
        n=n,
        coders=2,
        undefined=0,
    )


def confusion(a, b):
    """Return how often coder a (rows) and coder b (columns) gave each pair of codes, as a square DataFrame.

    Arguments and errors as in `cohen`. It shows which codes are taken for each other.
    """
    for values, name in ((a, "a"), (b, "b")):
        if np.ndim(values) != 1:
            raise DesignError(f"{name}: has {np.ndim(values)} dimensions; give one code a unit")
    inputs.same_index(a=a, b=b)
    inputs.same_length(a=a, b=b)
    pair = pd.DataFrame({"a": list(pd.Series(a)), "b": list(pd.Series(b))})  # a masked code is missing
    for name in pair:
        if pair[name].isna().any():
            missing = pair[name].isna().sum()
            raise DesignError(f"{name}: {missing} missing code(s); drop those units, or use `alpha`")
    codes, labels = numeric_codes(pair, "a and b", text=True)
    _, domain, _ = code_counts(codes, "a and b")
    named = domain if labels is None else [labels[int(code)] for code in domain]
    crossed = pd.crosstab(codes[:, 0], codes[:, 1]).reindex(index=domain, columns=domain, fill_value=0)
    return crossed.set_axis(pd.Index(named, name="a")).set_axis(pd.Index(named, name="b"), axis=1)


def fleiss(counts, confidence=0.95, draws=1000, seed=1):
    """Return Fleiss' kappa of several coders with a percentile bootstrap interval.

    Parameters
    ----------
    counts : array_like or DataFrame, shape (units, codes)
        How many coders gave each unit each code; every unit is rated by the same number of coders.
    confidence, draws, seed
        As in `alpha`.

    Returns
    -------
    Kappa

    Raises
    ------
    DesignError
        Unless the counts are whole numbers with one sum of at least two for all units, or with one code only.

    Notes
    -----
    Fleiss 1971, by statsmodels' fleiss_kappa. The standard error of that paper is not used: Fleiss, Nee &
    Landis 1979 corrected it, for the null hypothesis only. Where ratings are missing use `alpha`.
    """
    counts = _same_coders(table(counts, "table"))
    coders, shares = counts[0].sum(), counts.sum(axis=0) / counts.sum()
    values = bootstrap(fleiss_kappa, counts, draws, seed)
    low, high = percentiles(values, confidence)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (coders * (coders - 1))
    return Kappa(
        kind="Fleiss'",
        estimate=float(fleiss_kappa(counts)),
        se=float(values.std(ddof=1)),
        low=low,
        high=high,
        confidence=confidence,
        observed=float(agreeing.mean()),
        expected=float(shares @ shares),
        n=len(counts),
        coders=int(coders),
        undefined=draws - len(values),
    )


def _same_coders(frame):
    """Return the counts as whole numbers, or refuse them."""
    counts = np.array([inputs.vector(row, "table") for row in frame.to_numpy()])
    if (counts < 0).any() or (counts % 1).any():
        raise DesignError(
            "table: not counts; give whole numbers of coders, one row a unit, one column a code"
        )
    coders = np.unique(counts.sum(axis=1))
    if len(counts) < 2:
        raise DesignError("table: one unit only; at least 2 needed, give one row a unit")
    if len(coders) > 1 or coders[0] < 2:
        told = ", ".join(f"{number:g}" for number in coders[:3])
        raise DesignError(f"table: units have {told} ratings; give each the same 2 or more, or use `alpha`")
    if (counts.sum(axis=0) > 0).sum() < 2:
        raise DesignError("table: one code only, so chance-corrected agreement is undefined; add other units")
    return counts.astype(int)


def _by_library(counts, domain, level, draws, seed):
    """Return alpha and its bootstrap draws by the library `krippendorff`."""

    def coefficient(drawn):
        return float(krippendorff.alpha(value_counts=drawn, value_domain=domain, level_of_measurement=level))

    return coefficient(counts), bootstrap(coefficient, counts, draws, seed)


def _by_distance(counts, domain, level, draws, seed):
    """Return the same by the matrix of distances, all draws at once."""
    units = len(counts)
    times = np.stack([np.bincount(rows, minlength=units) for rows in drawn_units(units, draws, seed)])
    values = agreement_distance.alphas(counts, domain, level, np.vstack([np.ones(units), times]))
    return float(values[0]), values[1:][~np.isnan(values[1:])]
