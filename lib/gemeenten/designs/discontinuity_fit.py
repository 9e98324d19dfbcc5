"""The local polynomial estimate of a jump at a known cutoff, by rdrobust; reached as `discontinuity.fit`."""

import contextlib
import io
import threading
import warnings

import numpy as np
from rdrobust import rdrobust

from gemeenten.designs.discontinuity_inputs import (
    cluster_codes,
    covariate_matrix,
    left_out,
    observed,
    outcome,
    running,
    variance,
)
from gemeenten.designs.discontinuity_result import ORDERS, Discontinuity
from gemeenten.designs.inputs import at_least, is_constant, scalar, share
from gemeenten.designs.wording import number
from gemeenten.errors import DesignError

SELECTOR_MINIMUM = 20  # below it rdrobust selects no bandwidth and silently takes the whole range
FEW_CLUSTERS = 10  # the bar under which rdrobust itself calls clustered errors unreliable
FEW_EFFECTIVE = 20  # below it the normal approximation behind the robust interval is a guess
KERNELS = ("triangular", "epanechnikov", "uniform")
_ONE_AT_A_TIME = threading.Lock()


def fit(
    y,
    x,
    cutoff=100_000,
    log=True,
    covariates=None,
    cluster=None,
    *,
    p=1,
    kernel="triangular",
    h=None,
    vce=None,
    level=0.95,
    inclusive=False,
):
    """Return the `Discontinuity` of `y` at the `cutoff` of the running variable `x`.

    Local polynomial regression with robust bias-corrected inference (Calonico, Cattaneo & Titiunik 2014,
    Econometrica 82(6):2295-2326), computed by rdrobust with its own defaults: order 1, triangular kernel, one
    MSE-optimal bandwidth, nearest-neighbour variance (cr1 when clustered), adjustment for mass points.
    The right side is ``x > cutoff``, since the rule is 'more than 100,000': a unit of exactly 100,000 falls
    on the low side. rdrobust itself takes ``x >= cutoff``; the two agree unless a unit equals the cutoff, and
    then the result says so.

    Parameters
    ----------
    y, x : array_like, shape (n,)
        Outcome and running variable; any order; x without missing values, and positive when ``log=True``.
        Units with a missing y are left out, counted in `n_missing` and told in the sentence.
    cutoff : float
        In units of x.
    log : bool
        Take ln(x/cutoff) as the running variable; else x itself.
    covariates : array_like, shape (n,) or (n, k), optional
        Pre-determined covariates (Calonico, Cattaneo, Farrell & Titiunik 2019, REStat 101(3):442-451).
    cluster : array_like, shape (n,), optional
        Labels; needed when the same municipality recurs in several years.
    p : int
        Order of the polynomial; the bias correction uses p + 1.
    kernel : str
        'triangular', 'epanechnikov' or 'uniform'.
    h : float, optional
        Bandwidth in the running variable (ln units when ``log=True``), used for the bias correction as well;
        selected from the data when None.
    vce : str, optional
        'nn', 'hc0'..'hc3', or with clusters 'cr1'..'cr3'.
    level : float
        Confidence level.
    inclusive : bool
        Count a unit exactly at the cutoff right, as rdrobust does.

    Raises
    ------
    DesignError
        If an argument is missing values, constant, of the wrong shape, or leaves too few units on a side.
    """
    level = share(scalar(level, "level"), "level")
    _options(p, kernel, h)
    y, x, covariates, cluster, missing = observed(y, x, covariates, cluster)
    # One more distinct value than the bias correction has parameters: without it there is no residual.
    made = running(x, cutoff, log, needed=p + 3, inclusive=inclusive)
    y = outcome(y, made)
    if h is None:
        at_least(y.size, SELECTOR_MINIMUM, "x: units for choosing a bandwidth (or give h)")
    codes = cluster_codes(cluster, y.size)
    options = dict(
        p=p,
        kernel=kernel,
        h=h,
        covs=covariate_matrix(covariates, y.size),
        cluster=codes,
        vce=variance(vce, codes is not None),
        level=100 * level,
    )
    return _result(_call(y, made, options), y, made, level, missing)


def _options(p, kernel, h):
    if p not in tuple(ORDERS):
        raise DesignError(f"p: {p!r} is not one of 0 to 3; higher orders mislead (Gelman & Imbens 2019)")
    if kernel not in KERNELS:
        raise DesignError(f"kernel: {kernel!r} is not one of {', '.join(KERNELS)}")
    if h is not None and not 0 < scalar(h, "h") < np.inf:
        raise DesignError(f"h: {h!r} is not one positive number; give the bandwidth in the running variable")


def _call(y, made, options):
    try:
        with _quiet():
            return rdrobust(y, made.r, c=made.c, **options)
    except Exception as error:  # rdrobust raises bare exceptions, which name neither side nor number
        _refuse_flat(y, made)
        reason = str(error).split(". ")[0].rstrip(".; ")
        raise DesignError(
            f"x: no fit with {made.n_left} units left and {made.n_right} right of the cutoff "
            f"{number(made.cutoff)} ({reason}); give a wider bandwidth h"
        ) from error


def _refuse_flat(y, made):
    """Raise a DesignError when y is constant on a side, which rdrobust lays to the running variable."""
    for side, here in (("left", ~made.right), ("right", made.right)):
        if is_constant(y[here]):
            raise DesignError(
                f"y: is constant ({y[here][0]:g}) {side} of the cutoff {number(made.cutoff)}, so no "
                "bandwidth can be chosen from it; use an outcome that varies on both sides"
            )


@contextlib.contextmanager
def _quiet():
    """Hold back what rdrobust says on the side, all of which the result says itself.

    It prints when it meets mass points, warns when clusters are few and divides by zero before it raises.
    The lock is there because the printed stream and the warning filters belong to all threads.
    """
    with (
        _ONE_AT_A_TIME,
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(divide="ignore", invalid="ignore"),
    ):
        warnings.filterwarnings("ignore", message=r"Only \d+ \(left\) and \d+ \(right\) clusters")
        yield


def _result(raw, y, made, level, missing):
    estimate, corrected, _ = raw.coef.to_numpy().ravel()
    se = raw.se.to_numpy().ravel()
    p = raw.pv.to_numpy().ravel()
    ci = raw.ci.to_numpy()
    if not (np.isfinite([estimate, corrected, *se]).all() and (se > 0).all()):
        raise DesignError("y: does not vary within the bandwidth, so there is no interval; give a wider h")
    h = float(raw.bws.to_numpy()[0, 0])
    left, right = _effective(raw, made, h)
    return Discontinuity(
        estimate=float(estimate),
        estimate_corrected=float(corrected),
        ci_robust=tuple(ci[2].tolist()),
        ci_conventional=tuple(ci[0].tolist()),
        se_conventional=float(se[0]),
        se_robust=float(se[2]),
        p_robust=float(p[2]),
        p_conventional=float(p[0]),
        bandwidth=h,
        bandwidth_bias=float(raw.bws.to_numpy()[1, 0]),
        span=made.span(h),
        n_left=made.n_left,
        n_right=made.n_right,
        effective_left=left,
        effective_right=right,
        n_at_cutoff=made.at_cutoff,
        n_repeated=made.repeated,
        n_missing=missing,
        n_clusters=raw.n_clust,
        sd_outcome=float(y.std(ddof=1)),
        cutoff=made.cutoff,
        level=level,
        p=raw.p,
        notes=(*left_out(missing), *made.notes(), *_reach(made, left, right), *_small(raw, left, right)),
    )


def _effective(raw, made, h):
    """Return the units within the bandwidth on either side; refuse a fit that passes through all of them."""
    left, right = (int(count) for count in raw.N_h)
    if min(left, right) < raw.p + 2:
        raise DesignError(
            f"x: only {left} units left and {right} right of the cutoff {number(made.cutoff)} within the "
            f"bandwidth {number(h)}, of which a {ORDERS[raw.p]} fit leaves no residual; give a wider h"
        )
    return left, right


def _reach(made, left, right):
    if (left, right) == (made.n_left, made.n_right):
        yield "the bandwidth holds every unit, so the fit is global, not local: look at a narrower h"


def _small(raw, left, right):
    if min(left, right) < FEW_EFFECTIVE:
        yield f"with an effective n of {left} and {right} the robust interval may reject too often"
    if raw.n_clust is not None and min(raw.n_clust_l, raw.n_clust_r) < FEW_CLUSTERS:
        yield f"clusters number only {raw.n_clust_l} left and {raw.n_clust_r} right of the cutoff"
