"""What the published shares say of adoption by decade: the shares, the date of the majority, who led when."""

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from gemeenten.claims.models_data import published, published_share
from gemeenten.designs import diffusion, shares

BMC, LEEUWENDAAL = "aardema2012", "leeuwendaal2007"
FLAT, SECTOR = "model=afdelingenmodel_plat", "model=sectoren_of_dienstenmodel"
NINETIES, SURVEYED, CENSUS = 1998, 2007, 2010  # "late 1990s" is read as 1998
OTHER_READINGS = (1996, 2000)  # of "late 1990s"
HALF = (0.5, 0.6)  # "ruim de helft", well over half: a worded share
QUARTERS = (0.7, 0.8)  # "driekwart", three quarters: a worded share
NUMBERS = (100, 200, 537)  # the number behind the late 1990s is not printed; in 2000 there were 537 in all
INFLATION = 4  # times the binomial variance, to see what overdispersion (a beta-binomial) would do
BINOMIAL = "binomial variance"
#: What the publications leave open, read one way at a time: name -> what changes in `majority`.
READINGS = {
    BINOMIAL: {},
    "without the survey of 2007": {"survey": False},
    **{f"late 1990s read as {year}": {"year": year} for year in OTHER_READINGS},
    f"{INFLATION} times the binomial variance": {"inflation": INFLATION},
}
DECADE = np.arange(2000, 2010)
DRAWS = 2000
SEED = 3


def nineties():
    """Return the share of sector and service models in the late 1990s, as printed."""
    return published_share(BMC, SECTOR, "late 1990s")


def census():
    """Return the shares of flat and of sector or service models in 2010, and the number of municipalities."""
    sector = published_share(BMC, SECTOR, str(CENSUS))
    return published_share(BMC, FLAT), sector, int(published(BMC, FLAT)["n"])


def respondents():
    """Return how many municipalities answered in 2007: the response rate times those in the size class."""
    asked = float(published(LEEUWENDAAL, "population_size")["value"])
    return round(asked * published_share(LEEUWENDAAL, "response_rate"))


def published_shares():
    """Return the published shares of models with their Wilson intervals, for a table or a figure.

    Returns
    -------
    pandas.DataFrame, a row a figure
        year; model; share and share_to, which differ where the share is worded; n, missing where not
        printed; low and high, the 95 % interval of the worded or printed share, missing without n; covers,
        the municipalities meant; source_key.
    """
    flat, sector, n = census()
    half = "municipalities of 25,000-250,000 inhabitants"
    rows = [
        (NINETIES, "sector or service", (nineties(),), np.nan, "all municipalities", BMC),
        (SURVEYED, "directie", HALF, respondents(), half, LEEUWENDAAL),
        (CENSUS, "flat", (flat,), n, "all municipalities", BMC),
        (CENSUS, "sector or service", (sector,), n, "all municipalities", BMC),
    ]
    return pd.DataFrame([_figure(*row) for row in rows])


def _figure(year, model, share, n, covers, source):
    low, high = (np.nan, np.nan) if np.isnan(n) else worded_interval(share, n)
    told = {"year": year, "model": model, "share": share[0], "share_to": share[-1], "n": n}
    return told | {"low": low, "high": high, "covers": covers, "source_key": source}


def worded_interval(share, n, level=0.95):
    """Return the ends (low, high) of the Wilson intervals of a worded share, a tuple of one or two shares."""
    lowest, highest = round(share[0] * n), round(share[-1] * n)
    return shares.interval(lowest, n, level).low, shares.interval(highest, n, level).high


def majority(n_nineties, year=NINETIES, survey=True, inflation=1):
    """Return the date at which the flat model passes one half, on a logistic curve.

    Parameters
    ----------
    n_nineties : int
        Municipalities taken to be behind the figure of the late 1990s, which bounds the flat share to at
        most what is not a sector or service model.
    year : int
        Year that "late 1990s" is taken to mean.
    survey : bool
        Whether the survey of 2007 counts, which covers 25,000-250,000 inhabitants only. Without it the flat
        share of the late 1990s is taken as at least .05, as a share of nil gives no curve.
    inflation : float
        How many times the binomial variance the shares have.

    Returns
    -------
    diffusion.CurveBounds
    """
    flat, _, n = census()
    unpublished = 1 - nineties()
    points = [(year, (0.0 if survey else 0.05, unpublished), n_nineties), (CENSUS, flat, n)]
    points += [(SURVEYED, HALF, respondents())] if survey else []
    years, levels, numbers = zip(*points, strict=True)
    return diffusion.bounds(years, levels, n=np.array(numbers) / inflation)


def majorities():
    """Return the date of the majority under each reading of what the publications leave open.

    Returns
    -------
    pandas.DataFrame, a row a reading
        reading; n_nineties; crossing_low and crossing_high, limits of the best curves; low and high, which
        enclose their 95 % intervals; all in years.
    """
    columns = ("crossing_low", "crossing_high", "low", "high")
    rows = []
    for reading, changed in READINGS.items():
        for number in NUMBERS:
            found = majority(number, **changed)
            ends = {name: getattr(found, name) for name in columns}
            rows.append({"reading": reading, "n_nineties": number} | ends)
    return pd.DataFrame(rows)


def middle():
    """Return the curve through the middle of every share that is only known to lie in an interval."""
    flat, _, n = census()
    levels = ((1 - nineties()) / 2, sum(HALF) / 2, flat)
    return diffusion.fit(
        (NINETIES, SURVEYED, CENSUS), levels, (NUMBERS[1], respondents(), n), census=(CENSUS,)
    )


def leads():
    """Return by how much the flat model led the sector model over 2000-2009, by its share in the late 1990s.

    The flat share of the late 1990s is not published: the rows go through what the sector share leaves. The
    probability is by parametric bootstrap: intercept and slope of both curves drawn from their normal
    distribution, in opposite directions, as what one model gains the other loses.

    Returns
    -------
    pandas.DataFrame, a row a flat share
        flat_nineties; lead, the mean over the ten years, as a share; years_ahead, in how many of them the
        flat model led; probability that `lead` is above zero.
    """
    flat, sector, n = census()
    falling = diffusion.fit((NINETIES, CENSUS), (nineties(), sector), (NUMBERS[0], n))
    rows = []
    for start in np.linspace(0, 1 - nineties(), 7):
        levels, numbers = (start, sum(HALF) / 2, flat), (NUMBERS[0], respondents(), n)
        rising = diffusion.fit((NINETIES, SURVEYED, CENSUS), levels, numbers)
        ahead = rising.at_years(DECADE)["share"] - falling.at_years(DECADE)["share"]
        drawn = _drawn(rising, 1) - _drawn(falling, -1)
        told = {"flat_nineties": start, "lead": ahead.mean(), "years_ahead": int((ahead > 0).sum())}
        rows.append(told | {"probability": float(np.mean(drawn > 0))})
    return pd.DataFrame(rows)


def _drawn(curve, sign):
    """Return the mean share over the decade in each draw of a curve, shape (draws,)."""
    normal = sign * np.random.default_rng(SEED).standard_normal((DRAWS, 2))
    root = np.linalg.cholesky(np.asarray(curve.covariance))
    intercept, slope = (normal @ root.T + (curve.intercept, curve.slope)).T
    return expit(intercept[:, None] + slope[:, None] * (DECADE - curve.centre)).mean(axis=1)


def census_lead():
    """Return by how much the flat model led in 2010, with its 95 % interval, as shares.

    Both shares are of the same municipalities (multinomial): the variance of their difference is
    (p + q - (p - q)^2) / n. All municipalities were coded, so that the interval is caution.
    """
    flat, sector, n = census()
    lead = flat - sector
    reach = stats.norm.isf(0.025) * np.sqrt((flat + sector - lead**2) / n)
    return lead, lead - reach, lead + reach


def lowest_share(n):
    """Return the one-sided 95 % Clopper-Pearson bound below the share of the late 1990s, if of `n`."""
    return shares.interval(round(nineties() * n), n, level=0.90, method="beta").low


def highest_share(n):
    """Return the one-sided 95 % Clopper-Pearson bound above the share of the late 1990s, if of `n`."""
    return shares.interval(round(nineties() * n), n, level=0.90, method="beta").high
