"""The two regimes of a threshold regression: coefficients, standard errors, and the jump between means."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.regression.linear_model import OLS

from gemeenten.designs.threshold_set import critical_value

# Hansen (2000), on the slope parameters, takes an 80 % set of thresholds for the interval of a slope.
_SLOPE_SET_LEVEL = 0.80
# From this leverage on a unit is fitted exactly, so that its HC3 weight is a division by zero.
_FULL_LEVERAGE = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Regime:
    """Least squares in one regime: coefficients and HC3 standard errors (p,), residuals (n,), units."""

    coef: np.ndarray
    se: np.ndarray
    residual: np.ndarray
    n: int


def regime_fit(sample, rows):
    """Return the least-squares fit of the units `rows` of a `Sample`.

    Standard errors are HC3, which holds up best in small regimes (Long & Ervin 2000, American Statistician
    54); they are NaN when a unit has leverage 1. The fit is on centred and scaled regressors and turned back,
    since 1, pop, pop^2 and pop^3 as they stand span more digits than a computer holds.
    """
    design = sample.design[rows]
    centre, scale = design[:, 1:].mean(axis=0), design[:, 1:].std(axis=0)
    scaled = np.column_stack([design[:, :1], (design[:, 1:] - centre) / scale])
    fitted = OLS(sample.y[rows], scaled).fit()
    back = np.diag(1 / np.append(1.0, scale))
    back[0, 1:] = -centre / scale
    full = np.sum(np.linalg.qr(scaled)[0] ** 2, axis=1).max() > _FULL_LEVERAGE
    se = np.full(design.shape[1], np.nan) if full else np.sqrt(np.diag(back @ fitted.cov_HC3 @ back.T))
    return Regime(back @ fitted.params, se, fitted.resid, len(design))


def jump(sample, lr, low, high, level):
    """Return the jump of the mean, its standard error and two intervals, as the fields of a fit.

    The first interval takes the threshold as known, which is correct in the limit (Hansen 2000) and too short
    in small samples; the second is the union of such intervals over the thresholds of the 80 % set. Both use
    Student's t with n - 2 degrees of freedom. All None unless the model is a shift of the mean.
    """
    if sample.design.shape[1] > 1:
        return dict.fromkeys(("jump", "jump_se", "jump_ci", "jump_ci_union"))
    size, se = float(high.coef[0] - low.coef[0]), float(np.hypot(low.se[0], high.se[0]))
    t = stats.t.ppf((1 + level) / 2, len(sample.y) - 2)
    sizes, errors = _mean_shifts(sample, lr <= critical_value(_SLOPE_SET_LEVEL))
    union = (float((sizes - t * errors).min()), float((sizes + t * errors).max()))
    return {
        "jump": size,
        "jump_se": se,
        "jump_ci": (size - float(t) * se, size + float(t) * se),
        "jump_ci_union": union,
    }


def _mean_shifts(sample, chosen):
    """Return the jumps and their HC3 standard errors at the chosen candidates.

    Of a mean of n units HC3 gives the sum of squared deviations over (n - 1)^2.
    """
    y = sample.y - sample.y.mean()
    n_low = sample.last_low[chosen] + 1
    n_high = len(y) - n_low
    total, squares = np.cumsum(y), np.cumsum(y**2)
    low, high = total[n_low - 1] / n_low, (total[-1] - total[n_low - 1]) / n_high
    spread_low = squares[n_low - 1] - n_low * low**2
    spread_high = squares[-1] - squares[n_low - 1] - n_high * high**2
    variance = np.maximum(spread_low, 0) / (n_low - 1) ** 2 + np.maximum(spread_high, 0) / (n_high - 1) ** 2
    return high - low, np.sqrt(variance)
