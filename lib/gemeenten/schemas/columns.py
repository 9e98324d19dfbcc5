"""The kinds of column a shipped table may have; each carries its meaning and unit into the codebook."""

from datetime import date as calendar

import numpy as np
from pandera.pandas import Check, Column, DataFrameSchema

CODE_PATTERN = r"^GM\d{4}$"


FINITE = Check(np.isfinite, name="finite")


def table(key, rules=(), **columns):
    """Return a schema: these columns in this order, no two rows with the same `key`, all `rules` hold."""
    return DataFrameSchema(columns, checks=list(rules), unique=list(key), strict=True, ordered=True)


def rule(told, holds):
    """Return a rule that spans columns: `holds` takes a frame and tells it row by row, `told` says it."""
    return Check(holds, name=told)


def in_order(first, last):
    """Return the rule that one column is at most another, where both are known."""
    return rule(
        f"{first} at most {last}",
        lambda rows: rows[first].isna() | rows[last].isna() | (rows[first] <= rows[last]).fillna(True),
    )


def code(meaning="CBS municipality code, `GM` and four digits"):
    """Return a column of municipality codes."""
    return Column(str, Check.str_matches(CODE_PATTERN), description=meaning, metadata={"unit": "code"})


def year(meaning, first, last, missing=False):
    """Return a column of calendar years between `first` and `last`, both included."""
    dtype = "Int64" if missing else "int64"
    return Column(
        dtype, Check.in_range(first, last), nullable=missing, description=meaning, metadata={"unit": "year"}
    )


def count(meaning, unit, missing=False, least=0):
    """Return a column of whole numbers from `least` upwards; float with NaN where a value may be missing."""
    checks = [Check.ge(least)]
    if missing:
        checks.append(Check(lambda values: values.dropna() % 1 == 0, name="whole_number"))
    dtype = "float64" if missing else "int64"
    return Column(dtype, checks, nullable=missing, description=meaning, metadata={"unit": unit})


def measure(meaning, unit, low=None, high=None, missing=False):
    """Return a column of decimal numbers, optionally bounded."""
    checks = [FINITE] if low is None else [FINITE, Check.ge(low)]
    checks += [] if high is None else [Check.le(high)]
    return Column("float64", checks, nullable=missing, description=meaning, metadata={"unit": unit})


def money(meaning):
    """Return a column of amounts in 1,000 euro; missing where not filed, negative after a correction."""
    return Column("float64", FINITE, nullable=True, description=meaning, metadata={"unit": "1,000 EUR"})


def date(meaning):
    """Return a column of days in the calendar, as text YYYY-MM-DD."""
    checks = [
        Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"),
        Check(_is_day, name="day of the calendar", element_wise=True),
    ]
    return Column(str, checks, description=meaning, metadata={"unit": "date"})


def _is_day(text):
    try:
        calendar.fromisoformat(text)
    except ValueError:
        return False
    return True


def flag(meaning):
    """Return a column of True and False."""
    return Column(bool, description=meaning, metadata={"unit": "True/False"})


def category(meaning, values, missing=False):
    """Return a column whose text is one of `values`."""
    return Column(
        str,
        Check.isin(list(values)),
        nullable=missing,
        description=meaning,
        metadata={"unit": "category", "values": tuple(values)},
    )


def text(meaning, missing=False, pattern=None):
    """Return a column of free text, or of text that matches `pattern`."""
    checks = [] if pattern is None else [Check.str_matches(pattern)]
    return Column(str, checks, nullable=missing, description=meaning, metadata={"unit": "text"})


def quality(**flags):
    """Return the column that marks doubtful rows: empty, or one of the named flags."""
    told = "; ".join(f"`{name}`: {why}" for name, why in flags.items())
    return category(f"Mark on a doubtful row, empty when there is none. {told}", flags, missing=True)
