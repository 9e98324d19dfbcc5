"""Refuse a CSV file that is not plain, before it is parsed: encoding, line ends, quotes, header, fields."""

import csv
import io

from gemeenten.errors import DataError

SAVE = "save it as CSV in UTF-8, comma-separated"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def refuse_unplain(raw, file, columns):
    """Raise a DataError unless some bytes are a plain CSV table with the given header and at least one row.

    Plain is what is read the same everywhere: UTF-8 without byte-order mark, lines that end in LF, as many
    fields in every row as in the header.

    Parameters
    ----------
    raw : bytes
    file : str
        What to call the file in an error.
    columns : list of str
        The header that the table must have.

    Raises
    ------
    DataError
        One line that names file, row (the first row under the header is row 1) and remedy.
    """
    lines = csv.reader(io.StringIO(_decoded(raw, file), newline=""), strict=True)
    read = -1  # rows read so far, the header being row 0
    try:
        for fields in lines:
            read += 1
            if read == 0:
                _refuse_header(fields, file, columns)
            elif len(fields) != len(columns):
                raise DataError(f"data/{file} row {read}: {_misfit(fields, columns)}")
    except csv.Error as error:
        raise DataError(f"data/{file} {_place(read + 1)}: {_quotes(error)}") from None
    if read < 1:
        raise DataError(
            f"data/{file}: holds no rows under its header; put the rows back, "
            f"or restore it with `git checkout -- data/{file}`"
        )


def crlf_only(raw):
    """Return some bytes with the line ends LF, as they were before an editor or git made them CRLF."""
    return raw.replace(b"\r\n", b"\n")


def _decoded(raw, file):
    if not raw.strip():
        raise DataError(f"data/{file}: is empty; restore it with `git checkout -- data/{file}`")
    if raw.startswith(UTF16) or b"\0" in raw:
        raise DataError(f"data/{file}: is UTF-16 or binary, not text in UTF-8; {SAVE}")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise DataError(
            f"data/{file}: starts with a byte-order mark; {SAVE} without one ('UTF-8', not 'UTF-8 with BOM')"
        )
    if b"\r" in raw:
        line = raw[: raw.index(b"\r")].count(b"\n") + 1
        raise DataError(
            f"data/{file} line {line}: ends in CR or CRLF; save it with line ends LF "
            "(in git: `git config core.autocrlf false`)"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        byte = raw[error.start]
        raise DataError(
            f"data/{file} line {line}: byte 0x{byte:02x} is not UTF-8 (perhaps the file is in Windows-1252); "
            f"{SAVE}"
        ) from None


def _refuse_header(fields, file, columns):
    wanted = list(columns)
    if fields == wanted:
        return
    place = next(
        (i for i, (found, column) in enumerate(zip(fields, wanted, strict=False)) if found != column),
        min(len(fields), len(wanted)),
    )
    found = repr(fields[place]) if place < len(fields) else "nothing"
    instead = repr(wanted[place]) if place < len(wanted) else "nothing"
    raise DataError(
        f"data/{file} header: {found} is column {place + 1}, where {instead} belongs; "
        f"the columns are: {', '.join(wanted)}"
    )


def _misfit(fields, columns):
    """Return what is wrong with a row that has not one field a column, and what to do."""
    if not fields:
        return "is an empty line; delete it"
    found, wanted = len(fields), len(columns)
    more = "one too many" if found == wanted + 1 else f"{found - wanted} too many"
    less = "one too few" if found == wanted - 1 else f"{wanted - found} too few"
    return (
        f"has {found} fields, {more if found > wanted else less} for the columns {', '.join(columns)}; "
        "correct that row (a text with a comma stands in quotation marks, a missing value is an empty field)"
    )


def _place(row):
    return f"row {row}" if row else "header"


def _quotes(error):
    """Return why the csv module could not read a row, in words with a remedy."""
    if "unexpected end of data" in str(error):
        return "a quotation mark is not closed; close it, or double a mark that belongs to the text"
    return f"{error}; double a quotation mark that belongs to the text"
