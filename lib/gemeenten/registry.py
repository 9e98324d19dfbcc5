"""The registry of shipped tables: what each is, where it is from, and its hash."""

import hashlib
import os
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gemeenten import paths
from gemeenten.errors import DataError

TIERS = ("census", "register", "published", "coded", "survey", "imported", "simulated")


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
    return _parsed(path, path.stat().st_mtime_ns)


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


def _entry(name, fields):
    try:
        made = Entry(name=name, **fields)
    except TypeError as error:
        raise DataError(f"data/registry.toml, table.{name}: {error}; see the other entries") from None
    if made.tier not in TIERS:
        raise DataError(
            f"data/registry.toml, table.{name}: tier {made.tier!r}; use one of {', '.join(TIERS)}"
        )
    return made


def sha256(content_bytes):
    """Return the sha256 of some bytes in hexadecimal."""
    return hashlib.sha256(content_bytes).hexdigest()


def stamp(name):
    """Write the present hash and number of rows of one table's file into the registry, atomically.

    This is the last step of adding or changing a table on purpose; see CONTRIBUTING.md.
    """
    from gemeenten import tables

    known = entry(name)
    if not known.path.is_file():
        raise DataError(f"data/{known.file}: missing; put the table there before stamping it")
    raw = known.path.read_bytes()
    rows = len(tables.parse(name, raw, known.file))
    path = paths.data() / "registry.toml"
    old = path.read_text(encoding="utf-8")
    head, section, tail = _section(old, name)
    section = re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{sha256(raw)}"', section)
    section = re.sub(r"(?m)^rows = \d+$", f"rows = {rows}", section)
    replace(path, (head + section + tail).encode())
    return rows


def _section(text, name):
    """Return the registry's text before, in and after one table's section."""
    start = text.index(f"[table.{name}]")
    following = text.find("\n[", start)
    end = len(text) if following < 0 else following
    return text[:start], text[start:end], text[end:]


def replace(path, new_bytes):
    """Write `new_bytes` to `path` in one step: a reader sees the old file or the new one, never half."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    temporary.write_bytes(new_bytes)
    os.replace(temporary, path)
