"""Hansen's confidence set for a threshold: critical value, scale for heteroskedasticity, intervals."""

import math

import numpy as np

from gemeenten.designs import wording

# Epanechnikov kernel: ||K||^2 / mu_2(K)^2 = (3/5) / (1/5)^2 in the mean-squared-error bandwidth.
_EPANECHNIKOV = 15.0
# Rule-of-thumb constant of the same kernel for the pilot density.
_PILOT = 2.344


def critical_value(level):
    """Return c(level) = -2 log(1 - sqrt(level)), the quantile of the limit of LR(g).

    Source: Hansen (2000), Econometrica 68, theorem 2 and table 1: 5.94, 7.35, 10.59 for .90, .95, .99.
    """
    return -2 * math.log1p(-math.sqrt(level))


def intervals(thresholds, in_set):
    """Return the confidence set as a tuple of (low, high): runs of neighbouring candidates that are in it."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], in_set.astype(int), [0]])))
    return tuple((float(thresholds[a]), float(thresholds[b - 1])) for a, b in edges.reshape(-1, 2))


def confidence_set(thresholds, lr, level):
    """Return the set of thresholds with LR <= c(level), as the fields of a fit.

    Not a number in LR (a scale that could not be estimated) gives ends that are not a number.
    """
    critical = critical_value(level)
    in_set = lr <= critical
    pieces = intervals(thresholds, in_set)
    return {
        "critical_value": critical,
        "ci": (pieces[0][0], pieces[-1][1]) if pieces else (math.nan, math.nan),
        "ci_set": pieces,
        "disconnected": len(pieces) > 1,
        "at_edge": bool(in_set[0] or in_set[-1]),
    }


def scale(q, shift, residual, at, method):
    """Return eta^2, by which heteroskedasticity scales LR; 1 in expectation when the noise is homoskedastic.

    eta^2 = E(shift^2 e^2 | q = at) / (sigma^2 E(shift^2 | q = at)), shift = x'(coef_high - coef_low), with
    both expectations estimated by a quadratic regression on q or by an Epanechnikov kernel with plug-in
    bandwidth; Hansen (2000), sec. 3.4.

    Parameters
    ----------
    q, shift, residual : ndarray, shape (n,)
        Threshold variable, fitted difference between the regimes, residuals of the threshold regression.
    at : float
        Estimated threshold.
    method : {"kernel", "quadratic"}

    Returns
    -------
    float
        NaN when the estimate is not positive (the quadratic may dip below zero, the kernel may not).
    """
    spread = shift**2
    noise = spread * residual**2 / np.mean(residual**2)
    away = (q - at) / np.abs(q - at).max()  # a square of 1e-200 would be zero
    centred = away / away.std()
    top, bottom = (_kernel if method == "kernel" else _quadratic)(centred, noise, spread)
    return float(top / bottom) if top > 0 and bottom > 0 else math.nan


def _quadratic(centred, *responses):
    """Return the value at 0 of the quadratic regression of each response."""
    design = np.vander(centred, 3, increasing=True)
    return [np.linalg.lstsq(design, response, rcond=None)[0][0] for response in responses]


def _kernel(centred, noise, spread):
    """Return the kernel-weighted sums at 0 of both responses (their ratio is that of the two averages)."""
    weights = np.maximum(1 - (centred / _bandwidth(centred, noise)) ** 2, 0)
    return weights @ noise, weights @ spread


def _bandwidth(centred, response):
    """Return the bandwidth with the smallest asymptotic mean squared error at 0 (Haerdle & Linton 1994).

    h^5 = 15 s^2 / (4 n f B^2), with the pilot density f and its slope from a rule-of-thumb kernel, and with
    s^2 and the bias B = m''/2 + m' f'/f from a quadratic regression.
    """
    n = len(centred)
    pilot = _PILOT * n**-0.2
    near = centred / pilot
    inside = np.abs(near) <= 1
    density = 0.75 * np.sum((1 - near**2)[inside]) / (n * pilot)
    slope = 1.5 * np.sum(near[inside]) / (n * pilot**2)
    design = np.vander(centred, 3, increasing=True)
    coef = np.linalg.lstsq(design, response, rcond=None)[0]
    variance = np.sum((response - design @ coef) ** 2) / max(n - 3, 1)
    bias = coef[2] + coef[1] * slope / density
    if bias == 0 or variance == 0:
        return math.inf
    return (_EPANECHNIKOV * variance / (4 * n * density * bias**2)) ** 0.2


def observed_value(value):
    """Return a value of q in words: whole numbers in full, since it was observed and not estimated."""
    return f"{value:,.0f}" if float(value).is_integer() else wording.number(value, digits=5)
