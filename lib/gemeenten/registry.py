"""The registry of shipped tables: what each is, where it is from, and its hash."""

import hashlib
import os
import re
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from gemeenten import paths
from gemeenten.errors import DataError

RESTORE = "restore it with `git checkout -- data/registry.toml`"
TIERS = ("census", "register", "published", "coded", "survey", "imported", "simulated")
MAY_BE_EMPTY = ("sha256", "note")  # the first until the table is stamped


@dataclass(frozen=True)
class Entry:
    """One shipped table as `data/registry.toml` describes it."""

    name: str
    file: str
    sha256: str
    rows: int
    tier: str
    title: str
    source: str
    table_id: str
    licence: str
    retrieved: str
    citation: str
    note: str = ""

    @property
    def path(self):
        """Where the table's file is."""
        return paths.data() / self.file

    @property
    def pending(self):
        """Where the table's next file waits until the registry holds its hash; see `put`."""
        return paths.data() / f".{self.file}.pending"


@lru_cache(maxsize=8)
def _parsed(path, modified):
    """Return the registry's content; `modified` makes the cache notice an edit."""
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"data/registry.toml: not valid TOML ({error}); mend that line") from None
    return content


def content():
    """Return `data/registry.toml` as a dictionary with the parts `table` and `facts`."""
    path = paths.data() / "registry.toml"
    found = _parsed(path, path.stat().st_mtime_ns)
    for part in ("table", "facts"):
        if not isinstance(found.get(part), dict) or not found[part]:
            raise DataError(f"data/registry.toml: holds no [{part}.…]; {RESTORE}")
    return found


def facts(name):
    """Return a table of published facts, key -> value, that `gemeenten verify` holds the tables against."""
    known = content()["facts"]
    if not isinstance(known.get(name), dict) or not known[name]:
        raise DataError(f"data/registry.toml: holds no [facts.{name}]; {RESTORE}")
    return known[name]


def entries():
    """Return the registered tables, name -> Entry, in the registry's order."""
    return {name: _entry(name, fields) for name, fields in content()["table"].items()}


def entry(name):
    """Return the Entry of one table.

    Raises
    ------
    KeyError
        If no table has that name; the message lists the names.
    """
    tables = content()["table"]
    if name not in tables:
        raise KeyError(f"no table {name!r}; the tables are: {', '.join(tables)}")
    return _entry(name, tables[name])


def _entry(name, described):
    place = f"data/registry.toml, table.{name}"
    known = [field.name for field in fields(Entry) if field.name != "name"]
    lacking = [field for field in known if field not in described and field != "note"]
    strange = [field for field in described if field not in known]
    if lacking or strange:
        told = [
            f"{word} {', '.join(names)}" for word, names in (("lacks", lacking), ("has", strange)) if names
        ]
        raise DataError(f"{place}: {' and '.join(told)}; state {', '.join(known)}, as the other entries do")
    made = Entry(name=name, **described)
    for field in fields(Entry):
        value = getattr(made, field.name)
        if type(value) is not field.type:
            raise DataError(f"{place}: {field.name} = {value!r} is no {field.type.__name__}; correct it")
        if value == "" and field.name not in MAY_BE_EMPTY:
            raise DataError(f"{place}: {field.name} is empty; state it, as the other entries do")
    if made.tier not in TIERS:
        raise DataError(f"{place}: tier {made.tier!r}; use one of {', '.join(TIERS)}")
    if Path(made.file).name != made.file:
        raise DataError(f"{place}: file {made.file!r} is no plain file name; put the file in data/")
    return made


def sha256(content_bytes):
    """Return the sha256 of some bytes in hexadecimal."""
    return hashlib.sha256(content_bytes).hexdigest()


def read(entry):
    """Return the bytes of a table's file; a DataError if there is no such file."""
    if entry.path.is_dir():
        raise DataError(
            f"data/{entry.file}: is a folder, not a file; move it away and "
            f"restore the file with `git checkout -- data/{entry.file}`"
        )
    if not entry.path.is_file():
        raise DataError(f"data/{entry.file}: missing; restore it with `git checkout -- data/{entry.file}`")
    return entry.path.read_bytes()


def stamp(name):
    """Write the present hash and number of rows of one table's file into the registry, atomically.

    This is the last step of adding or changing a table on purpose; see CONTRIBUTING.md. A replacement of
    the file that was cut short (see `put`) is finished first.
    """
    from gemeenten import tables

    known = entry(name)
    finish(known)
    raw = read(known)
    rows = len(tables.parse(name, raw, known.file))
    _register(name, sha256=sha256(raw), rows=rows)
    return rows


def put(name, raw, rows, retrieved):
    """Replace a table's file and its hash, rows and date in the registry, so that a crash loses nothing.

    The new file is laid beside the old one, then the registry is replaced, then the file. Cut short before
    the registry, the old vintage stands; cut short after it, the new file waits: loading the table says so
    and `stamp` or `refresh` finishes it.

    Parameters
    ----------
    name : str
    raw : bytes
        The new file, checked.
    rows : int
    retrieved : str
        ISO date.
    """
    known = entry(name)
    replace(known.pending, raw)
    _register(name, sha256=sha256(raw), rows=rows, retrieved=retrieved)
    os.replace(known.pending, known.path)


def cut_short(known):
    """Return whether the registry already holds the hash of a file that is not yet in its place."""
    return known.pending.is_file() and sha256(known.pending.read_bytes()) == known.sha256


def finish(known):
    """Put a table's waiting file in its place, or remove it where the registry does not hold its hash."""
    if cut_short(known):
        os.replace(known.pending, known.path)
    known.pending.unlink(missing_ok=True)


def _register(name, **values):
    """Write values of one table's entry into the registry's text, in one replacement."""
    path = paths.data() / "registry.toml"
    head, section, tail = _section(path.read_text(encoding="utf-8"), name)
    for field, value in values.items():
        written = f'"{value}"' if isinstance(value, str) else str(value)
        section, done = re.subn(
            rf"(?m)^{field} = .*$", lambda _, line=f"{field} = {written}": line, section, count=1
        )
        if not done:
            raise DataError(f"data/registry.toml, table.{name}: no line '{field} = …'; add it")
    replace(path, (head + section + tail).encode())


def _section(text, name):
    """Return the registry's text before, in and after one table's section."""
    start = text.find(f"[table.{name}]")
    if start < 0:
        raise DataError(f"data/registry.toml: no line [table.{name}]; write its head in that form")
    following = text.find("\n[", start)
    end = len(text) if following < 0 else following
    return text[:start], text[start:end], text[end:]


def replace(path, new_bytes):
    """Write `new_bytes` to `path` in one step: a reader sees the old file or the new one, never half."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(new_bytes)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
