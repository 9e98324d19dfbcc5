"""A user's file as rows of text cells, whatever its form: CSV of any common kind, or XLSX."""

import csv
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from gemeenten.errors import DataError

LARGEST_MB = 50
NOT_A_TABLE = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls)", "save it as .xlsx or CSV"),
    b"%PDF": ("a PDF", "export the table as CSV or XLSX"),
}


@dataclass(frozen=True)
class Grid:
    """The text cells of a sheet, or of a text split at one delimiter.

    `name` is the sheet's, "" for a text; `where` opens every message on the grid: the file, and the sheet
    where several hold anything; `rows` are (row number, cells) of the rows that hold anything, with the row
    number that a spreadsheet shows.
    """

    name: str
    where: str
    rows: list


def grids(path):
    """Return the grids of a file, and whether it is a workbook.

    Parameters
    ----------
    path : str or path
        A CSV (UTF-8 with or without byte-order mark, UTF-16 or cp1252) or an XLSX.

    Returns
    -------
    list of Grid
        The sheets of a workbook; of a CSV the same text split at semicolons, at tabs and at commas.
    bool
        True for a workbook.

    Raises
    ------
    DataError
        If there is no such file, it is empty or no table, or a formula has no stored result.
    """
    path = Path(path)
    raw = _bytes(path)
    if raw[:2] != b"PK":
        text = _decoded(raw, path.name)
        if not text.strip():
            raise DataError(f"{path.name}: is empty; export the table again")
        return [Grid("", path.name, _split(text, delimiter, path.name)) for delimiter in ";\t,"], False
    sheets = [(name, rows) for name, rows in _workbook(raw, path.name) if rows]
    if not sheets:
        raise DataError(f"{path.name}: holds only empty sheets; export the table again")
    where = "{} sheet {!r}" if len(sheets) > 1 else "{}"
    return [Grid(name, where.format(path.name, name), rows) for name, rows in sheets], True


def _bytes(path):
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "no such file"
        raise DataError(f"{path}: {kind}; give the path of a CSV or XLSX export")
    if path.stat().st_size > LARGEST_MB * 1_000_000:
        raise DataError(f"{path.name}: larger than {LARGEST_MB} MB; export the marks only")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give a file you may read") from None
    head = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise DataError(f"{path.name}: is empty; export the table again")
    if head[:1] == b"<":
        raise DataError(
            f"{path.name}: holds an HTML or XML page instead of a table; export the table as CSV or XLSX"
        )
    for mark, (kind, remedy) in NOT_A_TABLE.items():
        if head.startswith(mark):
            raise DataError(f"{path.name}: is {kind}; {remedy}")
    return raw


def _workbook(raw, file):
    """Return name and rows of the sheets of an XLSX, a row being (row number, cells) if it holds anything."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validation rules it drops; values are all that is read here.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            results = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(raw), read_only=True)
            both = zip(results, formulas, strict=True)
            return [(shown.title, _rows(shown, typed, file)) for shown, typed in both]
    except DataError:
        raise
    except Exception as error:  # a damaged zip or XML fails in any of a dozen ways within openpyxl
        why = f"{type(error).__name__}: {error}".splitlines()[0][:80]
        raise DataError(f"{file}: not a readable XLSX ({why}); save it again or as CSV") from None


def _rows(results, formulas, file):
    """Return the rows of a sheet, given once with the results of its formulas and once with the formulas."""
    rows = []
    for sheet in (results, formulas):
        sheet.reset_dimensions()  # some programs write a wrong extent, and rows beyond it would be lost
    both = zip(results.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (shown, typed) in enumerate(both, 1):
        for cell, formula in zip(shown, typed, strict=True):
            # A formula whose stored result is an empty text has the type str; without result it has none.
            if formula.data_type == "f" and cell.value is None and cell.data_type != "str":
                raise DataError(
                    f"{file} sheet {results.title!r}, cell {formula.coordinate}: a formula without stored "
                    "result; open and save the file in a spreadsheet program, or export it as CSV"
                )
        cells = [_cell(cell.value) for cell in shown]
        if any(cells):
            rows.append((number, cells))
    return rows


def _cell(value):
    """Return a spreadsheet cell as text; a whole number without '.0'."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _decoded(raw, file):
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if b"\0" in raw:
        raise DataError(f"{file}: is no text file; export the table as CSV or XLSX")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _split(text, delimiter, file):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows = []
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise DataError(f"{file} row {len(rows) + 1}: not readable as CSV ({error}); save it again") from None
    return rows
