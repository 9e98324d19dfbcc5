"""Diffusion: a logistic curve through a few published shares, and when it passes one half.

The interval of the crossing is by profile likelihood: all dates that a likelihood-ratio test does not reject.
With few shares, some near 0 or 1, it needs no normal approximation of a ratio (as the delta method and
Fieller's do), and it is unbounded exactly when a flat curve is not rejected, which is then stated.

Sources: Collett 2003, Modelling Binary Data, ch. 4 (effective dose, Fieller); Venzon & Moolgavkar 1988, Appl.
Stat. 37:87-94 (profile likelihood); Griliches 1957, Econometrica 25:501-522 (logistic diffusion).
"""

import itertools

import numpy as np
from scipy import stats
from scipy.special import logit

from gemeenten.designs import inputs
from gemeenten.designs.diffusion_likelihood import estimate, loglikelihood, profile_interval, separation
from gemeenten.designs.diffusion_results import Curve, CurveBounds, Sensitivity
from gemeenten.errors import DesignError

#: A slope that moves the logit by less than this over all years is rounding error.
FLAT = 1e-9

#: Values tried of each share that is only known to lie in an interval, its ends among them.
GRID = 5

#: Shares that may be intervals at once: the curves tried are GRID to this power.
MOST = 4


def fit(years, shares, n, at=0.5, level=0.95, census=()):
    """Return the logistic curve through published shares and the date at which it crosses `at`.

    Parameters
    ----------
    years : array_like, shape (shares,)
        Years of the shares, in any order; at least two differ.
    shares : array_like, shape (shares,)
        Shares between 0 and 1; used as printed, without rounding to whole counts.
    n : float or array_like, shape (shares,)
        Units behind each share.
    at : float
        Share whose date is asked.
    level : float
        Confidence level.
    census : sequence of float
        Years whose share covers all units. Their binomial error is kept, as chance in adoption, which makes
        the interval cautious, and the sentence says so.

    Raises
    ------
    DesignError
        On bad input, or when a share of 0 or 1 leaves no finite slope (complete separation).
    """
    years, shares, n = _points(years, shares, n)
    at, level, k = inputs.share(at, "at"), inputs.share(level, "level"), shares * n
    census = _census(census, years)
    _refuse_separation(years, k, n)
    (intercept, slope), covariance = estimate(years, shares, n)
    centre = years.mean()
    eta = intercept + slope * (years - centre)
    best = loglikelihood(eta, k, n)
    flat = 2 * (best - loglikelihood(np.full_like(years, logit(k.sum() / n.sum())), k, n))
    misfit = 2 * (loglikelihood(logit(shares), k, n) - best)
    crossing, low, high = np.nan, -np.inf, np.inf
    if abs(slope) * np.ptp(years) > FLAT:
        crossing = centre + (logit(at) - intercept) / slope
        cut = stats.chi2.isf(1 - level, 1)
        if flat > cut:
            low, high = profile_interval(years, k, n, logit(at), crossing, best - cut / 2)
    p_fit = stats.chi2.sf(misfit, len(years) - 2) if len(years) > 2 else np.nan
    points = tuple(tuple(map(float, column)) for column in (years, shares, n))
    line = (float(centre), float(intercept), float(slope), tuple(map(tuple, covariance.tolist())))
    ends = (float(crossing), float(low), float(high), float(stats.chi2.sf(max(flat, 0.0), 1)), float(p_fit))
    return Curve(*points, at, level, census, *line, *ends)


def delta(curve):
    """Return the delta-method interval (low, high) of the crossing of a `Curve`, in years.

    It is always bounded, and misleads when the slope is poorly known: compare it with `Curve.ci`. Both ends
    are NaN for a flat curve. Collett 2003, ch. 4.
    """
    if np.isnan(curve.crossing):
        return np.nan, np.nan
    gradient = np.array([-1.0, curve.centre - curve.crossing]) / curve.slope
    reach = stats.norm.isf((1 - curve.level) / 2) * _root(gradient @ curve.covariance @ gradient)
    return float(curve.crossing - reach), float(curve.crossing + reach)


def fieller(curve):
    """Return Fieller's interval (low, high) of the crossing of a `Curve`, in years.

    All dates x at which the fitted logit does not differ from that of ``at`` by a Wald test. Both ends are
    infinite when a slope of zero is not rejected: the set is then the whole line, or what lies outside an
    interval. Collett 2003, ch. 4.
    """
    z = stats.norm.isf((1 - curve.level) / 2)
    (v00, v01), (_, v11) = curve.covariance
    gap = curve.intercept - logit(curve.at)
    square = curve.slope**2 - z**2 * v11
    if square <= 0:
        return -np.inf, np.inf
    middle, constant = curve.slope * gap - z**2 * v01, gap**2 - z**2 * v00
    root = _root(middle**2 - square * constant)
    return tuple(float(curve.centre + (-middle + sign * root) / square) for sign in (-1, 1))


def _root(value):
    """Return the square root, NaN where a variance is lost to rounding (shares all but 0 or 1)."""
    return np.sqrt(value) if value >= 0 else np.nan


def sensitivity(years, shares, n, options=(100, 200, 537), window=None, at=0.5, level=0.95, census=()):
    """Return one curve for each number of units tried where a publication gives none.

    Parameters
    ----------
    years, shares, at, level, census
        As in `fit`.
    n : array_like, shape (shares,)
        Units behind each share, NaN where the publication does not say.
    options : sequence of float
        Numbers tried, the same for all unknown ones.
    window : (float, float), optional
        Years (from, to) in which a claim says the crossing lies; the verdict is then about it.

    Raises
    ------
    DesignError
        If no number is unknown, no option is given, the window is empty, or as in `fit`.
    """
    told = inputs.numeric(n, "n", "give NaN where the number of units is unknown")
    if not np.isnan(told).any():
        raise DesignError("n: no number is unknown (NaN); use `fit`")
    options = inputs.vector(options, "options")
    if window is not None:
        window = tuple(map(float, inputs.vector(window, "window")))
        if len(window) != 2 or window[0] > window[1]:
            raise DesignError(f"window: {window}; give (from, to) with from before to")
    filled = (np.where(np.isnan(told), option, told) for option in options)
    curves = tuple(fit(years, shares, counts, at=at, level=level, census=census) for counts in filled)
    return Sensitivity(tuple(map(float, options)), curves, window)


def bounds(years, shares, n=None, at=0.5, level=0.95):
    """Return limits on the crossing and the slope when some shares are only known to lie in an interval.

    Parameters
    ----------
    years, at, level
        As in `fit`.
    shares : sequence of float or (float, float), one a year
        A share, or (low, high) for a worded one, such as (0.5, 0.6) for "more than half".
    n : float or array_like, optional
        Units behind each share; without them there is no sampling error and all shares weigh the same.

    Raises
    ------
    DesignError
        On bad input, or when more than `MOST` shares are intervals.

    Notes
    -----
    With two shares the limits are exact, since the crossing is monotone in each share. With more they are
    those of the curves through `GRID` evenly spaced values of each uncertain share, its ends among them.
    """
    if not np.iterable(shares) or isinstance(shares, str):
        raise DesignError(f"shares: {shares!r}; give one share a year, or a pair where it is only bounded")
    pairs = [_pair(share) for share in shares]
    uncertain = sum(low < high for low, high in pairs)
    if uncertain > MOST:
        raise DesignError(f"shares: {uncertain} are intervals, at most {MOST} can be searched; fix some")
    years, _, counts = _points(years, [low for low, _ in pairs], 1.0 if n is None else n)
    at, level = inputs.share(at, "at"), inputs.share(level, "level")
    grids = (np.linspace(low, high, GRID if low < high else 1) for low, high in pairs)
    found = [_limits(years, np.array(p), counts, at, level, n is not None) for p in itertools.product(*grids)]
    first, last, steep, low, high = np.array(found).T
    # `min` and `max` of numpy keep a NaN: one curve without a finite slope leaves no interval to enclose.
    ends = (first.min(), last.max(), steep.min(), steep.max(), low.min(), high.max())
    counts = None if n is None else tuple(map(float, counts))
    return CurveBounds(tuple(map(float, years)), tuple(pairs), counts, at, level, *map(float, ends))


def _limits(years, shares, n, at, level, sampled):
    """Return (first crossing, last crossing, slope, low, high) of one curve that is allowed."""
    limit = separation(years, shares * n, n)
    if limit is not None:
        return *limit, np.nan, np.nan
    curve = fit(years, shares, n, at=at, level=level)
    unlimited = np.isnan(curve.crossing) or not curve.rising
    crossing = (-np.inf, np.inf) if unlimited else (curve.crossing, curve.crossing)
    if not sampled:
        return *crossing, curve.slope, np.nan, np.nan
    return *crossing, curve.slope, *((-np.inf, np.inf) if unlimited else curve.ci)


def _census(census, years):
    """Return the years of a census as a rising tuple; one year may be given as a number."""
    census = np.sort(inputs.numeric(np.atleast_1d(census), "census", "give years"))
    unknown = census[~np.isin(census, years)]
    if unknown.size:
        raise DesignError(f"census: {unknown[0]:g} is not among the years; name years that have a share")
    return tuple(census.tolist())


def _points(years, shares, n):
    """Return years, shares and numbers of units as arrays of one length, or refuse them."""
    inputs.same_index(years=years, shares=shares, n=n)
    years, shares = inputs.vector(years, "years"), inputs.vector(shares, "shares")
    n = inputs.vector(n if np.ndim(n) else np.full(len(years), n), "n")
    inputs.same_length(years=years, shares=shares, n=n)
    inputs.varies(years, "years")
    if shares.min() < 0 or shares.max() > 1:
        raise DesignError("shares: outside [0, 1]; divide percentages by 100")
    if n.min() < 1:
        raise DesignError(f"n: {n.min():g}; a share needs at least one unit behind it")
    return years, shares, n


def _refuse_separation(years, k, n):
    """Raise a DesignError when no finite curve fits best."""
    limit = separation(years, k, n)
    if limit is None:
        return
    if limit[2] == 0:
        raise DesignError("shares: all are 0 or all are 1, so no curve can be fitted; add a year in between")
    ends = dict.fromkeys(f"{year:g}" for year in limit[:2])
    where = f" in {' to '.join(ends)}" if limit[2] > 0 else ""
    raise DesignError(
        f"shares: separated, all units change at once{where}, so no finite slope fits best; `bounds` gives "
        "the limits, or add a year with a share strictly between 0 and 1"
    )


def _pair(share):
    """Return a share, or a pair of shares, as (low, high)."""
    ends = inputs.vector(share if np.ndim(share) else [share], "shares")
    if ends.size > 2 or not 0 <= ends[0] <= ends[-1] <= 1:
        raise DesignError(f"shares: {share!r}; give a share between 0 and 1, or (low, high) with low first")
    return float(ends[0]), float(ends[-1])
