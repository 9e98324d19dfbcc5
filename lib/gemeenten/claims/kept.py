"""Keep a computed ledger in build/, so that a dozen notebooks do not compute it anew.

It is kept under a hash of all it follows from: the tables, the registry, the imported marks and the
library's code. Whatever changes gives another hash; deleting build/ is always safe.
"""

import hashlib
import os
import pickle
from functools import lru_cache
from pathlib import Path

import gemeenten
from gemeenten import inbox, paths, registry


def kept(compute):
    """Return what `compute()` returns, from the file if it is there, and keep it otherwise.

    Parameters
    ----------
    compute : callable
        Without arguments.
    """
    path = paths.root() / "build" / f"ledger-{digest()}.pickle"
    if path.is_file():
        return pickle.loads(path.read_bytes())
    found = compute()
    if os.access(paths.root(), os.W_OK):
        path.parent.mkdir(exist_ok=True)
        registry.replace(path, pickle.dumps(found))
    return found


def digest():
    """Return a hash of the tables, the registry, the imported marks and the library's code."""
    told = hashlib.sha256(inbox.digest().encode() + _code())
    for path in sorted(paths.data().glob("*.*")):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]


@lru_cache(maxsize=1)
def _code():
    """Return a hash of all code and of the registered claims; code does not change while it runs."""
    folder = Path(gemeenten.__file__).parent
    files = sorted([*folder.rglob("*.py"), *folder.rglob("*.csv")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()
