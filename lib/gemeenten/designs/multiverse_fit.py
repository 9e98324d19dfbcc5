"""The arithmetic of a multiverse: many treatments at once, by matrix multiplication.

A shuffled treatment is one column of an n x p matrix. Coefficients are a matrix product; robust variances are
expanded so that they too are products: sum w (y - b d)^2 = sum w y^2 - 2 b sum w y d + b^2 sum w d^2.
"""

import numpy as np

NO_VARIATION = 1e-16  # share of the treatment's sum of squares below which what is left of it is rounding
FULL_LEVERAGE = (
    1e-10  # a row this close to leverage one is fitted exactly and says nothing of the error variance
)


def estimates(block, treatment, kinds, exact=False):
    """Return coefficients and standard errors of p treatments on every outcome of a block.

    Parameters
    ----------
    block : multiverse_blocks.Block
    treatment : float array, shape (n, p)
        Times the root of the weights.
    kinds : sequence of {"HC1", "HC3", "cluster"}
        MacKinnon & White 1985 (HC1, HC3); Liang & Zeger 1986 with the usual correction (cluster).
    exact : bool
        Sum squared residuals instead of expanding them: slower, without loss of digits in a close fit.

    Returns
    -------
    float array, shape (outcomes, p)
        Coefficients; NaN where the treatment does not vary beyond the block's regressors.
    float array, shape (kinds, outcomes, p)
        Standard errors.
    """
    head = block.both.T @ treatment  # one product: the outcomes are net of the basis already
    net = treatment - block.basis @ head[: block.rank]
    squares = net * net
    left = squares.sum(axis=0)
    left = np.where(left > NO_VARIATION * (left + (head[: block.rank] ** 2).sum(axis=0)), left, np.nan)
    slope = head[block.rank :] / left
    errors = np.empty((len(kinds), *slope.shape))
    for at, kind in enumerate(kinds):
        if kind == "cluster" and len(block.starts) < len(net):
            middle = _clustered(block, net, slope)
        else:
            weights = _hc3(block, squares, left) if kind == "HC3" else squares
            middle = (_summed if exact else _expanded)(block.outcomes, net, slope, weights)
        errors[at] = np.sqrt(middle * correction(block, kind)) / left
    return slope, errors


def correction(block, kind):
    """Return the small-sample factor of the variance (NaN for clustering on fewer than two units)."""
    n, units = len(block.both), len(block.starts)
    if kind == "HC3":
        return 1.0
    if kind == "HC1":
        return n / block.free
    return units / (units - 1) * (n - 1) / block.free if units > 1 else np.nan


def ratios(slope, errors):
    """Return t = coefficient / standard error; NaN where neither exists, infinite in an exact fit."""
    with np.errstate(divide="ignore", invalid="ignore"):  # an exact fit has standard error zero
        return slope / errors


def degrees(block, kind):
    """Return the degrees of freedom of t: residual ones, or units - 1 when clustered."""
    return len(block.starts) - 1 if kind == "cluster" else block.free


def _hc3(block, squares, left):
    """Return the squared treatment over (1 - leverage)^2; shape (n, p)."""
    room = 1 - block.leverage[:, None] - squares / left
    return np.where(room > FULL_LEVERAGE, squares / np.where(room > FULL_LEVERAGE, room, 1.0) ** 2, 0.0)


def _expanded(outcomes, net, slope, weights):
    """Return sum w net^2 e^2 through matrix products; `weights` are w net^2; shape (outcomes, p)."""
    own = (outcomes * outcomes).T @ weights
    cubes = weights * net
    cross = outcomes.T @ cubes
    fourth = np.einsum("np,np->p", cubes, net)
    return np.maximum(own - 2 * slope * cross + slope**2 * fourth, 0.0)


def _summed(outcomes, net, slope, weights):
    """Return sum w net^2 e^2 from the residuals themselves; shape (outcomes, p)."""
    pairs = zip(outcomes.T, slope, strict=True)
    return np.stack([(weights * (y[:, None] - b * net) ** 2).sum(axis=0) for y, b in pairs])


def _clustered(block, net, slope):
    """Return the sum over units of squared scores; shape (outcomes, p)."""
    inner = np.add.reduceat(net * net, block.starts, axis=0)
    middle = np.empty_like(slope)
    for at, (y, b) in enumerate(zip(block.outcomes.T, slope, strict=True)):
        scores = np.add.reduceat(net * y[:, None], block.starts, axis=0) - b * inner
        middle[at] = np.einsum("gp,gp->p", scores, scores)
    return middle
