"""A user's file as rows of text cells, whatever its form: CSV of any common kind, or XLSX."""

import csv
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from gemeenten.errors import DataError

LARGEST_MB = 50
HEADER_WITHIN = 20  # exports put a title and a description above the header
NOT_A_TABLE = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls)", "save it as .xlsx or CSV"),
    b"%PDF": ("a PDF", "export the table as CSV or XLSX"),
}
# fmt: off
PLACE = (
    "gemeente", "gemeentenaam", "gemeentenummer", "naam", "name", "municipality", "gemeentecode", "gm",
    "code", "gmcode", "cbscode", "regio", "regiocode", "geo", "geoitem", "geocode", "externalcode", "gebied",
    "gebiedscode", "gebiedsnaam", "statcode", "statnaam",
)
YEAR = ("jaar", "year", "periode", "perioden", "period", "meetjaar", "peiljaar", "onderzoeksjaar")
# fmt: on
SIMULATED = re.compile(r"simulat|simuleer|^sim\d+$", re.IGNORECASE)  # gemeenten.simulate codes are SIM0001


@dataclass(frozen=True)
class Sheet:
    """A table of text cells.

    `header` names the columns as the file does; `rows` are (row number, cells) with the row number that a
    spreadsheet shows, so the file's first line is row 1.
    """

    file: str
    header: tuple
    rows: tuple


def read(path):
    """Return the `Sheet` of an export: a CSV, or the first sheet of an XLSX that holds such a table.

    A CSV may use semicolons, commas or tabs, and be UTF-8 (with or without byte-order mark), UTF-16 or
    cp1252. Lines above the header are skipped; the header is the first line that names a municipality
    column and a year column.

    Raises
    ------
    DataError
        If there is no such file, it is empty, no table, marked as simulated, or has no such header.
    """
    path = Path(path)
    raw = _bytes(path)
    grids = _workbook(raw, path.name) if raw[:2] == b"PK" else _texts(raw, path.name)
    headers = [(grid, row) for grid in grids for row in grid[:HEADER_WITHIN] if _names(row)]
    grid, header = headers[0] if headers else (max(grids, key=_width), None)
    for checked in (grid, *grids):
        _refuse_simulated(checked, path.name)
    if header is None:
        raise DataError(_no_header(path.name, grid))
    return _sheet(path.name, *header, grid)


def _names(row):
    """Return whether a row names a municipality column and a year column."""
    names = {plain(cell) for cell in row[1]}
    return bool(names & set(PLACE) and names & set(YEAR))


def _width(grid):
    return max((len(cells) for _, cells in grid[:HEADER_WITHIN]), default=0)


def plain(text):
    """Return a header or name in lower case without accents, spaces and punctuation."""
    split = unicodedata.normalize("NFKD", str(text).casefold())
    return re.sub(r"[^a-z0-9]", "", split)


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
    """Return the sheets of an XLSX, each the (row number, cells) of its rows that hold anything."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validation rules it drops; values are all that is read here.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            return [_rows(sheet) for sheet in load_workbook(io.BytesIO(raw), read_only=True, data_only=True)]
    except Exception as error:  # a damaged zip or XML fails in any of a dozen ways within openpyxl
        why = f"{type(error).__name__}: {error}".splitlines()[0][:80]
        raise DataError(f"{file}: not a readable XLSX ({why}); save it again or as CSV") from None


def _rows(sheet):
    sheet.reset_dimensions()  # some programs write a wrong extent, and rows beyond it would be lost
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    told = ((number, [_cell(value) for value in row]) for number, row in rows)
    return [(number, cells) for number, cells in told if any(cells)]


def _cell(value):
    """Return a spreadsheet cell as text; a whole number without '.0'."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _texts(raw, file):
    """Return the CSV read with each delimiter in turn; the caller takes the first that gives a header."""
    text = _decoded(raw, file)
    return [_split(text, delimiter, file) for delimiter in ";\t,"]


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


def _refuse_simulated(grid, file):
    for number, cells in grid:
        for column, cell in enumerate(cells, 1):
            if SIMULATED.search(cell):
                raise DataError(
                    f"{file} row {number}, column {column}: {cell[:40]!r} marks the file as simulated; "
                    "simulated data can give no verdict, import measured marks only"
                )


def _sheet(file, header_row, header, grid):
    width = len(header)
    rows = []
    for number, cells in grid:
        if number <= header_row:
            continue
        if any(cells[width:]):
            raise DataError(
                f"{file} row {number}, column {width + 1}: {len(cells)} cells under {width} headers; "
                "separate with semicolons when marks have decimal commas, or put quotes around them"
            )
        rows.append((number, (cells + [""] * width)[:width]))
    if not rows:
        raise DataError(f"{file} row {header_row}: no rows under the header; export the marks with it")
    twice = [name for name in header if name and [plain(h) for h in header].count(plain(name)) > 1]
    if twice:
        raise DataError(f"{file} row {header_row}, column {twice[0]!r}: occurs twice; keep one")
    return Sheet(file, tuple(header), tuple(rows))


def _no_header(file, grid):
    """Return the line that says which of the two needed columns was not found, and what was."""
    if not grid:
        return f"{file}: holds only empty sheets; export the table again"
    number, found = grid[0]
    names = {plain(cell) for cell in found}
    lacking = "year (jaar, periode)" if names & set(PLACE) else "municipality (gemeente, gemeentecode)"
    shown = ", ".join(repr(cell[:30]) for cell in found[:8])
    return (
        f"{file} row {number}: no column for the {lacking}, only {shown}; "
        "name the columns gemeente, jaar and dv01"
    )
