"""How results are put in words: one place for rounding, intervals and the evidence tier."""

import math


def number(value, digits=3):
    """Return `value` with `digits` significant digits, thousands separated, no exponent below a million."""
    if value is None or not math.isfinite(value):
        return "not available"
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(decimals, 6)}f}"


def interval(low, high, level=0.95, digits=3):
    """Return an interval as '95% interval 1.2 to 3.4'."""
    return f"{level * 100:g}% interval {number(low, digits)} to {number(high, digits)}"


def p_value(p):
    """Return a p-value as 'p = .031' or 'p < .001'."""
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def evidence(n, tier):
    """Return the closing bracket of every sentence: how many units, and which evidence tier.

    A simulated result is marked in capitals, so that it cannot be read as a finding.
    """
    told = "SIMULATED" if tier == "simulated" else f"tier: {tier}"
    return f"(n = {n:,}; {told})"
