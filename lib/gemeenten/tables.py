"""Load a shipped table by name: hash verified before parsing, schema validated, typed."""

import io
from functools import lru_cache

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from gemeenten import csv_text, registry
from gemeenten.errors import DataError
from gemeenten.schemas import SCHEMAS

MOST_WHOLE = 2**53  # beyond it a float64 no longer holds every whole number


def names():
    """Return the names of the shipped tables.

    Returns
    -------
    list of str
    """
    return list(registry.entries())


def load(name):
    """Return a shipped table, verified and typed.

    The file's sha256 is compared with `data/registry.toml` before a byte of it is parsed; then the
    table's schema (`gemeenten.schemas`) is checked: columns, types, allowed values, key. Missing stays
    missing. The codebook, `data/README.md`, says what every column means.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    pandas.DataFrame
        A fresh copy, free to change; a row per unit of the table's key.

    Raises
    ------
    KeyError
        If there is no such table; the message lists the names.
    DataError
        If the file is missing, altered, or not what its schema says: one line with file, row and column.
    """
    entry = registry.entry(name)
    raw = _verified_bytes(entry)
    return _parsed(name, entry.sha256, entry.file, raw).copy()


@lru_cache(maxsize=64)
def _parsed(name, digest, file, raw):
    return parse(name, raw, file)


def _verified_bytes(entry):
    """Return the file's bytes once their hash is the registered one."""
    raw = registry.read(entry)
    digest = registry.sha256(raw)
    if digest != entry.sha256:
        raise DataError(f"data/{entry.file}: {_why_altered(entry, raw, digest)}")
    return raw


def _why_altered(entry, raw, digest):
    """Return why the hash is not the registered one, as far as that can be told, and the remedy."""
    restore = f"restore it with `git checkout -- data/{entry.file}`"
    if raw.lstrip()[:1] == b"<":
        return f"holds an HTML or XML page instead of a CSV table; {restore}"
    if registry.cut_short(entry):
        return f"its replacement was cut short; run `gemeenten stamp {entry.name}` to finish it"
    if registry.sha256(csv_text.crlf_only(raw)) == entry.sha256:
        return f"its line ends were changed to CRLF; run `git config core.autocrlf false`, then {restore}"
    return (
        f"sha256 {digest[:12]}… is not the registered {entry.sha256[:12]}…; {restore}, "
        f"or run `gemeenten stamp {entry.name}` if the change is meant"
    )


def parse(name, raw, file):
    """Return the typed table that some CSV bytes hold, checked against the schema of table `name`.

    Parameters
    ----------
    name : str
        Table whose schema applies.
    raw : bytes
        CSV, UTF-8, comma-separated, header in the first line, at least one row; an empty field is missing.
    file : str
        What to call the file in an error.

    Raises
    ------
    DataError
        One line that names file, row (the first row under the header is row 1), column and remedy.
    """
    if name not in SCHEMAS:
        raise DataError(f"data/{file}: table {name!r} has no schema; add one in lib/gemeenten/schemas")
    schema = SCHEMAS[name]
    csv_text.refuse_unplain(raw, file, list(schema.columns))
    dtypes = {column: str(kind.dtype) for column, kind in schema.columns.items()}
    try:
        with np.errstate(invalid="ignore"):  # an infinite whole number: refused below, in one line
            frame = pd.read_csv(io.BytesIO(raw), dtype=dtypes, keep_default_na=False, na_values=[""])
        _refuse_truth_values(raw, frame)
    except (ValueError, OverflowError) as error:
        raise DataError(_why_unparsed(raw, file, schema, error)) from None
    try:
        return schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        raise DataError(f"data/{file}{_first_failure(errors)}") from None


def _refuse_truth_values(raw, frame):
    """Raise ValueError where a column of numbers holds only TRUE and FALSE, which pandas reads as 1 and 0."""
    numbers = frame.select_dtypes("number")
    suspects = [column for column in numbers if numbers[column].dropna().isin([0, 1]).all()]
    if suspects:
        cells = pd.read_csv(io.BytesIO(raw), dtype=str, usecols=suspects, keep_default_na=False)
        if cells.apply(lambda column: column.str.lower().isin(["true", "false"])).to_numpy().any():
            raise ValueError("True or False in a column of numbers")


def _why_unparsed(raw, file, schema, error):
    """Return the one line that says which cell could not be read as its column's type."""
    cells = pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)
    for column, kind in schema.columns.items():
        if "str" in str(kind.dtype):
            continue
        bad = _wrong_type(cells[column], kind)
        if bad is not None:
            return (
                f"data/{file} row {bad + 1}, column {column}: {cells[column][bad]!r} is not "
                f"{_wanted(kind)}; correct that cell"
            )
    return f"data/{file}: {error}"


def _wrong_type(cells, kind):
    """Return the position of the first cell that does not fit the column's type, or None."""
    if str(kind.dtype) == "bool":
        wrong = ~cells.isin(["True", "False"])
    else:
        numbers = pd.to_numeric(cells.replace("", None), errors="coerce")
        wrong = numbers.isna() & ((cells != "") | (not kind.nullable))
        if "int" in str(kind.dtype).lower():
            wrong |= numbers.notna() & ~((numbers % 1 == 0) & (numbers.abs() < MOST_WHOLE))
    return int(wrong.to_numpy().argmax()) if wrong.any() else None


def _wanted(kind):
    dtype = str(kind.dtype).lower()
    if dtype == "bool":
        return "True or False"
    number = "a whole number" if "int" in dtype else "a number"
    return f"{number} (empty means missing)" if kind.nullable else f"{number} (it may not be empty)"


def _first_failure(errors):
    """Return ' row r, column c: value ...' for the first of pandera's failure cases."""
    case = errors.failure_cases.iloc[0]
    check, column, value, index = case["check"], case["column"], case["failure_case"], case["index"]
    value = value.item() if hasattr(value, "item") else value
    place = "" if pd.isna(index) else f" row {int(index) + 1}"
    if "unique" in str(check):
        key = " + ".join(errors.schema.unique)
        return f"{place}: duplicate key ({key}); keep one row a key"
    if str(check) == "not_nullable":
        return f"{place}, column {column}: is empty; this column may not be missing"
    if any(check == rule.name for rule in errors.schema.checks):
        return f"{place}: {check} does not hold; correct that row"
    return f"{place}, column {column}: {value!r} fails {check}; see the codebook, data/README.md"
