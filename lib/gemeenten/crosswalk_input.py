"""Checks on a frame that is to be harmonised: every refusal is one line with row, column and remedy."""

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_list_like, is_numeric_dtype

from gemeenten.amalgamations import known_years, why_absent
from gemeenten.errors import DataError, told

COUNTS = ("population", "inhabitants", "households", "electorate", "counted_votes", "fte")  # never below 0
ADDED = ("complete", "split_into", "boundaries")  # columns that harmonise adds


def columns_to_sum(frame, columns):
    """Return the names of the additive columns as a list.

    Raises
    ------
    DataError
        If `frame` is no DataFrame, or a needed column lacks, occurs twice or cannot be summed.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"frame: a {type(frame).__name__}; give a DataFrame with code, year and columns to sum"
        )
    columns = list(columns) if is_list_like(columns) else [columns] if isinstance(columns, str) else []
    wrong = [column for column in columns if column in ("code", "year", *ADDED)]
    if not columns or wrong or len(set(columns)) < len(columns):
        raise DataError(
            f"sum: {columns}; name each additive column once, and not code, year, {', '.join(ADDED)}"
        )
    for column in ("code", "year", *columns):
        if list(frame.columns).count(column) != 1:
            raise DataError(
                f"frame: column {column!r} occurs {list(frame.columns).count(column)} times, needed once; "
                f"it has {', '.join(map(str, frame.columns))}"
            )
    return columns


def rows_to_carry(graph, frame, to_year, columns):
    """Return the frame's rows as code, year, boundaries, complete and the columns to sum, all checked.

    Raises
    ------
    DataError
        On the first row that cannot be carried to `to_year`.
    """
    rows = pd.DataFrame({"code": frame["code"], "year": _years(graph, frame, "year")})
    rows["boundaries"] = _years(graph, frame, "boundaries") if "boundaries" in frame else rows["year"]
    rows["complete"] = _complete(frame)
    for column in columns:
        rows[column] = _numbers(frame, column)
    _refuse_absent(graph, rows)
    _refuse_duplicates(graph, rows)
    late = rows["boundaries"] > to_year
    if late.any():
        row = rows[late].iloc[0]
        raise DataError(
            f"{_at(late)}: boundaries of {row['boundaries']} cannot be carried back to {to_year}; "
            f"amalgamations are not undone, choose to_year {rows['boundaries'].max()} or later "
            "or drop the later years"
        )
    return rows.astype({"code": str})


def _at(bad):
    """Return 'frame row r' for the first row marked, by position from 0: a label may occur twice."""
    more = f" (and {int(bad.sum()) - 1} more)" if bad.sum() > 1 else ""
    return f"frame row {int(bad.to_numpy().argmax())}{more}"


def _years(graph, frame, column):
    first, last = known_years(graph)
    values = pd.to_numeric(frame[column], errors="coerce").astype("float64")
    bad = (values % 1 != 0) | ~values.between(first, last)
    if bad.any():
        raise DataError(
            f"{_at(bad)}, column {column}: {told(frame.loc[bad, column].iloc[0])} is no whole year from "
            f"{first} to {last}; correct it"
        )
    return values.astype("int64")


def _complete(frame):
    if "complete" not in frame:
        return True
    if not is_bool_dtype(frame["complete"]) or frame["complete"].isna().any():
        raise DataError("frame, column complete: not True or False in every row; correct or rename it")
    return frame["complete"].astype(bool)


def _numbers(frame, column):
    values = frame[column]
    if not is_numeric_dtype(values) or is_bool_dtype(values):
        text = pd.to_numeric(values, errors="coerce").isna() & values.notna()
        bad = text if text.any() else pd.Series(True, index=values.index)
        raise DataError(
            f"{_at(bad)}, column {column}: {told(values[bad].iloc[0])} is not stored as a number; "
            "convert the column with pandas.to_numeric (missing stays missing)"
        )
    infinite = pd.Series(np.isinf(values.astype("float64").to_numpy()), index=values.index)
    if infinite.any():
        raise DataError(f"{_at(infinite)}, column {column}: infinite; correct the value or set it to missing")
    negative = (values < 0).fillna(False).astype(bool)
    if column in COUNTS and negative.any():
        value = told(values[negative].iloc[0])
        raise DataError(f"{_at(negative)}, column {column}: {value} is negative; a count is 0 or more")
    return values


def _refuse_absent(graph, rows):
    missing = rows["code"].isna()
    if missing.any():
        raise DataError(f"{_at(missing)}, column code: is empty; give a code (GMnnnn) or drop the row")
    pairs = rows[["code", "boundaries"]].drop_duplicates()
    absent = [pair for pair in pairs.itertuples(index=False) if not graph.existed(*pair)]
    if absent:
        bad = pd.Series(pd.MultiIndex.from_frame(rows[["code", "boundaries"]]).isin(absent), index=rows.index)
        code, year = rows.loc[bad.to_numpy(), ["code", "boundaries"]].iloc[0]
        raise DataError(f"{_at(bad)}, column code: {why_absent(graph, code, year)}")


def _refuse_duplicates(graph, rows):
    twice = rows.duplicated(["code", "year"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise DataError(
            f"{_at(twice)}: {graph.told(row['code'])} occurs twice in {row['year']}; "
            "keep one row a municipality and year (filter or add up first)"
        )
