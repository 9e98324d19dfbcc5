"""Which model the coded municipalities had, by size: tables with every variant, and limits by arithmetic."""

import re

import numpy as np
import pandas as pd

from gemeenten.claims.models_adoption import census
from gemeenten.claims.models_data import DIENSTEN, DIRECTIE, LARGE, documented, spells
from gemeenten.claims.models_firth import firth
from gemeenten.designs import shares

YEAR, WINDOW = 2010, (2005, 2012)  # C11: year of the published share, registered period
NUMBER_LARGE = 26  # municipalities above 100,000 in 2010, registered; the tables list 25 in 2010, 27 in 2012
DECADES = {DIENSTEN: (1998, (1990, 1999)), DIRECTIE: (2010, (2000, 2010))}  # C09: model: (year, decade)
LABELLED, MIDDLE = (1990, 2015), 2003  # C06: registered period, and its middle
LABELS = {"dienst": r"\bdienst(?!verlening)", "sector": r"\bsector"}  # dienstverlening is service delivery
QUOTED = r"[\"“”](.*?)[\"“”]"  # a remark counts where it quotes the source, not in the coder's own words
PLACEBOS = (50_000, 75_000, 150_000)  # C09: registered cut-offs at which nothing is claimed


def by_size():
    """Return the share with a sector or service model above and below 100,000, in every variant of C11.

    Returns
    -------
    pandas.DataFrame, a row a variant, the registered one first
        variant; k_large, n_large, k_small, n_small and the rest as `contrast` gives it; p_boschloo, the
        exact unconditional test, two-sided.
    """
    rows = documented(YEAR, WINDOW)
    sure, high = rows["confidence"] != "low", rows["confidence"] == "high"
    label = rows["model"] == DIENSTEN
    known, pyramidal = rows["shape"] != "unclear", rows["shape"] == "pyramidal"
    dated = rows["year"] == YEAR
    strict = documented(YEAR, (WINDOW[0], YEAR))
    undated = documented(YEAR, WINDOW, undated=True)
    variants = {
        "as registered": (rows, label),
        "without low confidence": (rows[sure], label[sure]),
        "high confidence only": (rows[high], label[high]),
        "pyramidal shape instead of the model": (rows[known], pyramidal[known]),
        f"documented in {YEAR} itself": (rows[dated], label[dated]),
        f"window {WINDOW[0]}-{YEAR}": (strict, strict["model"] == DIENSTEN),
        "with undated pages and unknown starts": (undated, undated["model"] == DIENSTEN),
    }
    table = pd.DataFrame([{"variant": name} | contrast(*pair) for name, pair in variants.items()])
    counts = table[["k_large", "n_large", "k_small", "n_small"]].to_numpy().tolist()
    return table.assign(p_boschloo=[shares.exact_p(*row, method="boschloo") for row in counts])


def contrast(rows, has, threshold=LARGE):
    """Return the share of large and of other municipalities that have something, and their difference.

    Parameters
    ----------
    rows : DataFrame
        large, a boolean; population. Rows of unknown size are left out.
    has : Series of bool
        Whether the municipality has it, index of `rows`.
    threshold : int
        Inhabitants above which a municipality is large; other than 100,000 it goes by `population`.

    Returns
    -------
    dict
        k_large, n_large, k_small, n_small; share_large, share_small; difference with its Newcombe interval
        low, high (95 %) and low90, high90; p_fisher, exact and two-sided.

    Raises
    ------
    DesignError
        If one of the groups is empty.
    """
    large = rows["large"] if threshold == LARGE else (rows["population"] > threshold).astype("boolean")
    large, has = large[large.notna()].astype(bool), has[large.notna()].astype(bool)
    counts = [int(number) for group in (large, ~large) for number in ((has & group).sum(), group.sum())]
    found, narrower = shares.difference(*counts), shares.difference(*counts, level=0.90)
    told = dict(zip(("k_large", "n_large", "k_small", "n_small"), counts, strict=True))
    told |= {"share_large": found.share1, "share_small": found.share2, "difference": found.estimate}
    told |= {"low": found.low, "high": found.high, "low90": narrower.low, "high90": narrower.high}
    return told | {"p_fisher": found.p_value}


def published_bounds(n_large=NUMBER_LARGE):
    """Return what 22 % of 430 says of large and other municipalities, as `shares.Bounds`: arithmetic only."""
    _, sector, n = census()
    return shares.bounds(sector, n, n_large, whole=True)


def coded_bounds(k_large, n_large):
    """Return the limits once some large municipalities are coded, with the published total held.

    Parameters
    ----------
    k_large, n_large : int
        Large municipalities coded with a sector or service model, and all large ones coded; what is coded
        for 2005-2012 is taken to hold in 2010.

    Returns
    -------
    tuple of float
        (lowest, highest) difference of large less other municipalities, as shares.
    """
    _, sector, n = census()
    total, rest = round(sector * n), n - NUMBER_LARGE
    counts = np.array([k_large, NUMBER_LARGE - (n_large - k_large)])
    low, high = counts / NUMBER_LARGE - (total - counts) / rest
    return float(low), float(high)


def corrected(row, sensitivity, specificity):
    """Return the difference of a row of `by_size` corrected for misclassification, equal in both groups.

    Rogan-Gladen, so that the difference grows by 1 / (sensitivity + specificity - 1) unless a share is cut
    to [0, 1]. No period was coded twice: both probabilities are assumptions.
    """
    large, small = (
        shares.rogan_gladen(row[share], sensitivity, specificity).estimate
        for share in ("share_large", "share_small")
    )
    return large - small


def kept_given_size():
    """Return the odds ratio of model 2 above 100,000 at the same ln(population), as `models_firth.Firth`."""
    rows = documented(YEAR, WINDOW).dropna(subset=["large"])
    return firth(rows["model"] == DIENSTEN, rows["large"].astype(float), [np.log(rows["population"])])


def fits():
    """Return the coded municipalities in the two decades with whether the model is the scheme's (C09).

    Returns
    -------
    pandas.DataFrame, a row a municipality and decade
        The columns of `models_data.documented`; predicted, the scheme's model of the decade; fits.
    """
    rows = [documented(year, decade).assign(predicted=model) for model, (year, decade) in DECADES.items()]
    rows = pd.concat(rows, ignore_index=True)
    return rows.assign(fits=rows["model"] == rows["predicted"])


def fits_by_size():
    """Return the share that fits the scheme above and below each cut-off, 100,000 first, as `contrast`."""
    rows = fits()
    cutoffs = (LARGE, *PLACEBOS)
    return pd.DataFrame([{"cutoff": c} | contrast(rows, rows["fits"], c) for c in cutoffs])


def labels():
    """Return the municipalities coded with model 2 in 1990-2015, and what their main units are called.

    The name is read from the quotation, or else from what the remark quotes: "dienst" (not
    "dienstverlening") or "sector".

    Returns
    -------
    pandas.DataFrame, a row a municipality
        The columns of `models_data.documented`; label, "dienst", "sector", or missing where neither or both
        are named; ln_population.
    """
    frame = spells()
    rows = documented(MIDDLE, LABELLED, frame[frame["model"] == DIENSTEN])
    quoted = rows["detail"].fillna("").map(lambda remark: " ".join(re.findall(QUOTED, remark)))
    label = rows["evidence"].map(_label).fillna(quoted.map(_label))
    return rows.assign(label=label, ln_population=np.log(rows["population"]))


def _label(text):
    named = [name for name, pattern in LABELS.items() if re.search(pattern, text, re.IGNORECASE)]
    return named[0] if len(named) == 1 else None
