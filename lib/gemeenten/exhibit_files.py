"""The files behind an exhibit: the same input gives the same bytes, written whole or not at all."""

import io
import json
import os
from pathlib import Path

import pandas as pd

from gemeenten import paths, registry
from gemeenten.errors import GemeentenError

DPI = 120
#: More digits than mean anything in a table here; those beyond may differ between processors.
DIGITS = 7


class ExhibitError(GemeentenError, ValueError):
    """An exhibit lacks something a reader needs, or clashes with another."""


def folder():
    """Return where exhibits are written: figures/, or the folder named by ``GEMEENTEN_FIGURES``.

    A run that only checks, or that may still fail, writes elsewhere, so that it cannot alter what it checks.
    """
    elsewhere = os.environ.get("GEMEENTEN_FIGURES")
    return Path(elsewhere) if elsewhere else paths.figures()


def sha256(content):
    """Return the sha256 of `content` (bytes or text) in hexadecimal digits."""
    return registry.sha256(content.encode() if isinstance(content, str) else content)


def write(path, content):
    """Write `content` (bytes) to `path` in one step; a file that already holds it is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    registry.replace(path, content)


def csv_bytes(frame):
    """Return `frame` as CSV: seven significant digits, empty where missing; a mere row number is left out."""
    index = not isinstance(frame.index, pd.RangeIndex)
    told = frame.apply(_settled) if len(frame) else frame
    return told.to_csv(None, index=index, float_format="%.15g", lineterminator="\n").encode()


def _settled(column):
    """Return a column with its fractions rounded to `DIGITS` significant digits; whole numbers stay whole."""
    if not pd.api.types.is_float_dtype(column.dtype):
        return column
    return column.where(
        column.isna() | (column % 1 == 0), column.map(lambda value: float(f"{value:.{DIGITS}g}"))
    )


def json_bytes(record):
    """Return a sidecar's bytes: keys sorted, one a line."""
    return (json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def picture_bytes(fig, kind, title, alt, trim=True):
    """Return `fig` as picture bytes that carry title and alt text, and no date, version or random id.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    kind : {'svg', 'png'}
    title, alt : str
        Become the picture's title and description: a file on its own is still accessible.
    trim : bool
        Cut the margins to what is drawn, which costs a second drawing.
    """
    from gemeenten.plots import style

    nobody = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    metadata = {**nobody, "Title": title, "Description": alt}
    buffer = io.BytesIO()
    with style.applied():
        fig.savefig(buffer, format=kind, dpi=DPI, bbox_inches="tight" if trim else None, metadata=metadata)
    return buffer.getvalue()


def pixels(png):
    """Return a PNG's colours as an integer array of shape (height, width, 4)."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"), dtype=int)


def _told(png):
    """Return everything a PNG shows and says: its words, its size, its colours."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return dict(image.text), image.size, image.convert("RGBA").tobytes()


def settled_png(name, new):
    """Return the published PNG of exhibit `name` where it shows and says the same as `new`, else `new`.

    Compressors differ between processors: without this, a second machine would rewrite every picture with no
    visible change. Only a published file that is what its sidecar says it is can be kept.
    """
    published = paths.figures() / f"{name}.png"
    if not published.is_file():
        return new
    old = published.read_bytes()
    if read_sidecar(published.with_suffix(".json")).get("sha256", {}).get("png") != sha256(old):
        return new
    return old if old == new or _told(old) == _told(new) else new


def read_sidecar(path):
    """Return a sidecar as a dict; empty when the file is missing.

    Raises
    ------
    ExhibitError
        If it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ExhibitError(f"figures/{path.name}: not JSON ({error}); run its notebook again") from None


def save(name, record, files):
    """Write an exhibit's files and, last, the sidecar with their digests.

    Parameters
    ----------
    name : str
    record : dict
        Caption, alt text, tier and so on; the sidecar adds ``sha256``.
    files : dict of str to bytes
        Content by extension. Of ``html``, what the notebook shows, only the digest is kept.
    """
    digests = {kind: sha256(content) for kind, content in files.items()}
    for kind, content in files.items():
        if kind != "html":
            write(folder() / f"{name}.{kind}", content)
    write(folder() / f"{name}.json", json_bytes({**record, "sha256": digests}))


def publish(staging, notebook):
    """Move the exhibits of one successful run into figures/ and drop those the notebook no longer makes.

    Parameters
    ----------
    staging : pathlib.Path
        Folder that ``GEMEENTEN_FIGURES`` named during the run.
    notebook : str
        Stem of the notebook.
    """
    figures = paths.figures()
    kept = {path.name for path in staging.iterdir()}
    for path in sorted(staging.iterdir(), key=lambda path: path.suffix == ".json"):
        write(figures / path.name, path.read_bytes())
    for sidecar in figures.glob("*.json"):
        if read_sidecar(sidecar).get("notebook") == notebook and sidecar.name not in kept:
            for path in figures.glob(f"{sidecar.stem}.*"):
                path.unlink()
