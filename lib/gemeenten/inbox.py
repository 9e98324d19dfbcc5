"""A user's own marks: imported from an export, checked as a whole, kept in data/inbox/ until used.

The marks of the citizens' survey by municipality (waarstaatjegemeente.nl) may be downloaded by anyone but
not shipped here. `import_scores` takes such an export; the claims that need marks are then computed.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gemeenten import paths, registry
from gemeenten.errors import DataError
from gemeenten.inbox_records import COLUMNS, tidy
from gemeenten.inbox_sheet import read

KEY = COLUMNS[:3]
PREFIX = "marks_"


@dataclass(frozen=True)
class Imported:
    """What an import stored.

    `file` is the export, `stored` where its marks are kept (None when there was nothing new), `marks` and
    `municipalities` their numbers, `indicators` and `years` which; `left_out` the columns or indicators
    that are no marks; `already` whether the same marks had been imported before. `sheets` are the sheets of
    a workbook that were read, `sheets_left_out` those without marks; both are empty for a CSV.
    """

    file: str
    stored: Path
    marks: int
    municipalities: int
    indicators: tuple
    years: tuple
    left_out: tuple
    already: bool
    sheets: tuple = ()
    sheets_left_out: tuple = ()

    def sentence(self):
        """Return in one line what was imported, from which sheets if several, and what was left out."""
        span = "-".join(str(year) for year in sorted({self.years[0], self.years[-1]}))
        done = "were in the inbox already" if self.already else f"stored as data/inbox/{self.stored.name}"
        told = (
            f"{self.file}: {self.marks:,} marks ({', '.join(self.indicators)}) of {self.municipalities:,} "
            f"municipalities, {span}, {done}."
        )
        parts = (
            ("From sheets", self.sheets if len(self.sheets) > 1 else ()),
            ("Sheets not read", self.sheets_left_out),
            ("Not read as marks", self.left_out),
        )
        return " ".join([told, *(f"{what}: {', '.join(names)}." for what, names in parts if names)])


def import_scores(path):
    """Return the `Imported` summary after storing the marks of a citizens' survey export.

    The file is a CSV (semicolon, comma or tab; decimal comma or point; UTF-8, UTF-16 or cp1252) or an XLSX,
    of which all sheets with marks are read. A column names the municipality (CBS code, number or name);
    marks are from 1 to 10. Read are columns `dv01`, other `dvNN` or citizen roles beside a column for the
    year; an indicator and a value column; and years as columns, with the indicator in a row above them, in
    a column, or in the name of the sheet or file. A sheet may have its year in its name. Empty marks, signs
    such as ? and codes such as -99998 stay missing. Rows of the whole country are left out. Importing the
    same marks twice changes nothing.

    Parameters
    ----------
    path : str or path
        The export.

    Raises
    ------
    DataError
        If anything in the file is wrong, if it is marked as simulated, or if it contradicts a mark
        imported before: one line with file, sheet, row, column and remedy. The inbox is then unchanged.
    """
    file = Path(path).name
    sheets, unread = read(path)
    frame = tidy(sheets, file)
    _refuse_conflict(frame, file)
    core = frame.to_csv(index=False, lineterminator="\n").encode()
    stored = _folder() / f"{PREFIX}{registry.sha256(core)[:16]}.csv"
    already = stored.is_file()
    if not already:
        stored.parent.mkdir(exist_ok=True)
        kept = frame.assign(file=file).to_csv(index=False, lineterminator="\n")
        registry.replace(stored, kept.encode())
    return Imported(
        file=file,
        stored=stored,
        marks=len(frame),
        municipalities=int(frame["code"].nunique()),
        indicators=tuple(sorted(frame["indicator"].unique())),
        years=tuple(sorted({int(year) for year in frame["year"]})),
        left_out=tuple(dict.fromkeys(name for sheet in sheets for name in sheet.left_out)),
        already=already,
        sheets=tuple(sheet.name for sheet in sheets if sheet.name),
        sheets_left_out=unread,
    )


def marks():
    """Return all imported marks, an empty frame when there are none.

    Returns
    -------
    pandas.DataFrame, a row a municipality, year and indicator
        Columns code, year, indicator (`dv01`, ..., or a citizen role) and mark (1-10); tier imported.

    Raises
    ------
    DataError
        If a stored file was altered, or two contradict each other.
    """
    return _stored()[COLUMNS].drop_duplicates(ignore_index=True)


def digest():
    """Return a hash of what is in the inbox; it changes when marks are added or removed."""
    return registry.sha256(b"".join(path.name.encode() + path.read_bytes() for path in _files()))


def _folder():
    return paths.data() / "inbox"


def _files():
    return sorted(_folder().glob(f"{PREFIX}*.csv"))


def _stored():
    """Return all stored marks with the name of the export each came from, sorted."""
    frames = [_kept(path) for path in _files()]
    if not frames:
        types = {"code": "str", "year": "int64", "indicator": "str", "mark": "float64", "file": "str"}
        return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})
    frame = pd.concat(frames, ignore_index=True).sort_values([*KEY, "file"], ignore_index=True)
    clash = frame[frame.groupby(KEY)["mark"].transform("nunique") > 1]
    if len(clash):
        one, other = clash.iloc[0], clash.iloc[1]
        raise DataError(
            f"data/inbox: {one['file']} and {other['file']} give {one['code']} {one['year']} "
            f"{one['indicator']} as {one['mark']:g} and {other['mark']:g}; remove one of the two stored files"
        )
    return frame


def _kept(path):
    raw = path.read_bytes()
    try:
        frame = pd.read_csv(io.BytesIO(raw), dtype={"code": "str", "indicator": "str", "file": "str"})
        core = frame[COLUMNS].to_csv(index=False, lineterminator="\n").encode()
    except (ValueError, KeyError):
        core = b""
    if path.stem != f"{PREFIX}{registry.sha256(core)[:16]}":
        raise DataError(
            f"data/inbox/{path.name}: was altered after its import; delete it and import the export again"
        )
    return frame


def _refuse_conflict(frame, file):
    """Raise a DataError when a mark differs from the one another export gave."""
    both = frame.merge(_stored(), on=KEY, suffixes=("", "_before"))
    clash = both[both["mark"] != both["mark_before"]]
    if len(clash):
        row = clash.iloc[0]
        raise DataError(
            f"{file}: {row['code']} {row['year']} {row['indicator']} is {row['mark']:g} here and "
            f"{row['mark_before']:g} in {row['file']}, imported before; correct one, or delete the "
            f"stored file of {row['file']} from data/inbox"
        )
