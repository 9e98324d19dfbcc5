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
from gemeenten.inbox_marks import COLUMNS, tidy
from gemeenten.inbox_sheet import read

KEY = COLUMNS[:3]
PREFIX = "marks_"


@dataclass(frozen=True)
class Imported:
    """What an import stored.

    `file` is the export, `stored` where its marks are kept (None when there was nothing new), `marks` and
    `municipalities` their numbers, `indicators` and `years` which; `left_out` the columns or indicators
    that are no marks; `already` whether the same marks had been imported before.
    """

    file: str
    stored: Path
    marks: int
    municipalities: int
    indicators: tuple
    years: tuple
    left_out: tuple
    already: bool

    def sentence(self):
        """Return in one line what was imported, and what was left out."""
        span = "-".join(str(year) for year in sorted({self.years[0], self.years[-1]}))
        done = "were in the inbox already" if self.already else f"stored as data/inbox/{self.stored.name}"
        told = (
            f"{self.file}: {self.marks:,} marks ({', '.join(self.indicators)}) of {self.municipalities:,} "
            f"municipalities, {span}, {done}."
        )
        return f"{told} Not read as marks: {', '.join(self.left_out)}." if self.left_out else told


def import_scores(path):
    """Return the `Imported` summary after storing the marks of a citizens' survey export.

    The file is a CSV (semicolon, comma or tab; decimal comma or point; UTF-8, UTF-16 or cp1252) or an XLSX
    (first sheet) with a column for the municipality (CBS code, number or name), one for the year, and
    marks from 1 to 10: columns `dv01`, other `dvNN` or citizen roles, or an indicator and a value column.
    Empty marks stay missing. Rows of the whole country are left out. Importing the same marks twice
    changes nothing.

    Parameters
    ----------
    path : str or path
        The export.

    Raises
    ------
    DataError
        If anything in the file is wrong, if it is marked as simulated, or if it contradicts a mark
        imported before: one line with file, row, column and remedy. The inbox is then unchanged.
    """
    sheet = read(path)
    frame, left_out = tidy(sheet)
    _refuse_conflict(frame, sheet.file)
    core = frame.to_csv(index=False, lineterminator="\n").encode()
    stored = _folder() / f"{PREFIX}{registry.sha256(core)[:16]}.csv"
    already = stored.is_file()
    if not already:
        stored.parent.mkdir(exist_ok=True)
        kept = frame.assign(file=sheet.file).to_csv(index=False, lineterminator="\n")
        registry.replace(stored, kept.encode())
    return Imported(
        file=sheet.file,
        stored=stored,
        marks=len(frame),
        municipalities=int(frame["code"].nunique()),
        indicators=tuple(sorted(frame["indicator"].unique())),
        years=tuple(sorted({int(year) for year in frame["year"]})),
        left_out=left_out,
        already=already,
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
