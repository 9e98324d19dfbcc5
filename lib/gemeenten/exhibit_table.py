"""A table as accessible HTML: header scopes, aligned numbers, a visible dash for what is missing."""

import re
from html import escape

import pandas as pd
from pandas.api import types

MISSING = "–"


def html(name, frame, caption, formats=None, rows=None):
    """Return `frame` as an HTML table with a fixed id.

    Parameters
    ----------
    name : str
        Becomes the table's id, so that a second run gives the same text.
    frame : pandas.DataFrame
        A named or labelled index becomes the row headers; a mere row number is left out.
    caption : str
        HTML of the caption.
    formats : dict, optional
        Column -> format specification (``"{:.1f}"``) or function. The others get thousands separators and,
        when not whole, two decimals; years get none.
    rows : int, optional
        Show only the first so many rows.
    """
    flat = _flat(frame)
    shown = flat if rows is None else flat.head(rows)
    right = [place for place, column in enumerate(flat.columns) if _is_number(flat[column])]
    styler = shown.style.set_caption(caption).set_table_styles(_alignment(right))
    styler.cell_ids = False
    styler.format(_formats(flat, formats or {}), na_rep=MISSING, escape="html")
    styler.format_index(escape="html", axis=1)
    if isinstance(shown.index, pd.RangeIndex):
        styler.hide(axis="index")
    else:
        styler.format_index(escape="html", axis=0)
    return _with_scopes(styler.to_html(table_uuid=name))


def has_missing(frame, rows=None):
    """Tell whether a missing value stands in the rows shown."""
    shown = frame if rows is None else frame.head(rows)
    return bool(shown.isna().to_numpy().any())


def _flat(frame):
    """Return `frame` with one level of column names and at most one of row names, headed in the same line."""
    flat = frame.copy()
    if isinstance(flat.columns, pd.MultiIndex):
        flat.columns = [" · ".join(str(part) for part in column if part != "") for column in flat.columns]
    flat.columns = [str(column) for column in flat.columns]
    if isinstance(flat.index, pd.MultiIndex):
        return flat.reset_index()
    if isinstance(flat.index, pd.RangeIndex):
        return flat.reset_index(drop=True)
    # pandas heads the row names in a line of its own; as the columns' name it shares theirs.
    heading = "" if flat.index.name is None else escape(str(flat.index.name))
    return flat.rename_axis(index=None, columns=heading)


def _is_number(column):
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column)


def _formats(frame, given):
    """Return a format for every column; those given win."""
    usual = {column: _usual_format(column, frame[column]) for column in frame.columns}
    return {**usual, **{column: how for column, how in given.items() if column in usual}}


def _usual_format(name, column):
    """Return the function that puts one value of `column` in words."""
    if types.is_bool_dtype(column):
        return lambda value: "yes" if value else "no"
    if not _is_number(column):
        return str
    if re.search(r"(^|[ _])years?($|[ _])", name):
        return "{:.0f}".format
    whole = (column.dropna() % 1 == 0).all()
    return lambda value: _unsigned_zero(f"{value:,.0f}" if whole else f"{value:,.2f}")


def _unsigned_zero(text):
    """Return '0.00' for '-0.00': the sign of a rounded zero is noise."""
    return text.lstrip("-") if not text.strip("-0.,") else text


def _alignment(columns):
    """Return the styles that align columns of numbers right, heading included."""
    cells = ", ".join(f"td.col{place}, th.col{place}" for place in columns)
    left = {"selector": "th, td, caption", "props": "text-align: left;"}
    return [left, {"selector": cells, "props": "text-align: right;"}] if columns else [left]


def _with_scopes(table):
    """Return the table with `scope` on every header, and an empty corner as plain cell."""
    table = re.sub(r'<th class="blank[^>]*>(?:&nbsp;)?</th>', "<td></td>", table)
    table = re.sub(r'<th class="(index_name|col_heading)', r'<th scope="col" class="\1', table)
    return re.sub(r'<th class="row_heading', '<th scope="row" class="row_heading', table)
