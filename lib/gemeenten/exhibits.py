"""Exhibits: every figure and table with caption, alt text, evidence tier, n, years and sources.

In a notebook the imports cell opens a sheet, and each result passes through it::

    sheet = gm.exhibits.Sheet("06_what_changes_at_100000")
    sheet.figure(fig, "council_seats", data=seats, caption="...", alt="...", tier="register", n=342,
                 years=2026, sources=["register_2026"])
"""

import base64
import re
import sys
from dataclasses import dataclass, field
from html import escape
from importlib import import_module

from gemeenten import exhibit_files, exhibit_record, exhibit_table, paths
from gemeenten.exhibit_files import ExhibitError, csv_bytes, folder, publish, sha256
from gemeenten.exhibit_index import check, differences, index, orphans, write_index
from gemeenten.registry import TIERS

__all__ = [
    "TIERS", "Exhibit", "ExhibitError", "Sheet", "check", "differences", "folder", "index", "orphans",
    "publish", "write_index",
]  # fmt: skip

NOT_A_NUMBER = re.compile(r"\b(nan|NaN|NaT|inf)\b|<NA>")


@dataclass(frozen=True)
class Exhibit:
    """What a notebook shows of a figure or table; the files are saved by then."""

    name: str
    kind: str
    caption: str
    evidence: str
    data: str = field(repr=False)
    html: str = field(repr=False)

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        """Return caption, evidence and a digest of the data: text that differs when a number does."""
        return (
            f"{self.kind.capitalize()} {self.name}. {self.caption} [{self.evidence} Digest: {self.data[:12]}]"
        )


class Sheet:
    """The exhibits of one notebook.

    Parameters
    ----------
    notebook : str
        The notebook's file name without extension; what stands before its first underscore opens the names of
        its exhibits.
    """

    def __init__(self, notebook):
        if not re.fullmatch(r"[A-Za-z0-9]+(_[a-z0-9]+)*", notebook):
            raise ExhibitError(f"{notebook!r}: give the notebook's file name without folder and extension")
        self.notebook = notebook
        self._made = {}

    def figure(self, fig, name, *, data, caption, alt, tier, n, years, sources, unit=""):
        """Save a figure as SVG and PNG with the data behind it, close it and return it for display.

        Parameters
        ----------
        fig : matplotlib.figure.Figure
        name : str
            Short name in lower case, unique in the notebook.
        data : pandas.DataFrame
            The numbers that are drawn.
        caption : str
            Says what is shown and what to see in it; plain text.
        alt : str
            Says what the picture looks like to a reader who cannot see it; at least 40 characters.
        tier : str
            Evidence tier, one of `TIERS`; 'simulated' stamps the figure.
        n : int
            Number of units behind it.
        years : int or str
        sources : list of str
            Names of shipped tables; may be empty for simulated data.
        unit : str
            What `n` counts, for instance 'municipalities'.

        Raises
        ------
        ExhibitError
            If something a reader needs is missing, or the name is taken.
        """
        told = dict(caption=caption, tier=tier, n=n, years=years, sources=sources, unit=unit)
        record = self._record("figure", name, **told)
        full, caption = record["name"], record["caption"]
        record["alt"] = alt = exhibit_record.alt_text(full, alt, caption)
        frame = exhibit_record.frame(full, data)
        if tier == "simulated":
            import_module("gemeenten.plots.style").simulated(fig)
        svg, png = (exhibit_files.picture_bytes(fig, kind, caption, alt) for kind in ("svg", "png"))
        _close(fig)
        png = exhibit_files.settled_png(full, png)
        shown = _image(png, alt), exhibit_record.caption_html(record), exhibit_record.small_print(record)
        content = "{}<figcaption>{}{}</figcaption>".format(*shown)
        return self._save(record, content, {"csv": csv_bytes(frame), "svg": svg, "png": png})

    def table(self, frame, name, *, caption, tier, n, years, sources, unit="", formats=None, rows=None):
        """Save a table as CSV and return it for display.

        Parameters
        ----------
        frame : pandas.DataFrame
        name, caption, tier, n, years, sources, unit
            As for `figure`.
        formats : dict, optional
            Column -> format specification (``"{:.1f}"``) or function.
        rows : int, optional
            Show only the first so many rows; the file has them all.

        Raises
        ------
        ExhibitError
            If something a reader needs is missing, or the name is taken.
        """
        told = dict(caption=caption, tier=tier, n=n, years=years, sources=sources, unit=unit)
        record = self._record("table", name, **told)
        full, frame = record["name"], exhibit_record.frame(record["name"], frame)
        table = exhibit_table.html(full, frame, exhibit_record.caption_html(record), formats, rows)
        notes = f"{exhibit_table.MISSING} = missing. " if exhibit_table.has_missing(frame, rows) else ""
        if rows is not None and rows < len(frame):
            notes = f"First {rows:,} of {len(frame):,} rows. {notes}"
        below = f"<figcaption>{exhibit_record.small_print(record, notes)}</figcaption>"
        content = f'<div style="overflow-x:auto">{table}</div>{below}'
        return self._save(record, content, {"csv": csv_bytes(frame)})

    def say(self, text):
        """Display `text` as Markdown: the sentences of a notebook that carry computed numbers.

        Raises
        ------
        ExhibitError
            If a number in it turned out to be missing or infinite.
        """
        found = NOT_A_NUMBER.search(text)
        if found:
            raise ExhibitError(
                f"the sentence {text.strip()[:60]!r}… says {found[0]!r}; say why it is missing"
            )
        from IPython.display import Markdown, display

        display(Markdown(text))

    def _record(self, kind, name, **told):
        """Return what the sidecar says of an exhibit, checked."""
        if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name):
            raise ExhibitError(f"exhibit {name!r}: name it in lower case letters, digits and underscores")
        full = f"{self.notebook.split('_')[0]}_{name}"
        return exhibit_record.checked(full, kind, self.notebook, **told)

    def _claim(self, full):
        """Take a name; running a cell again in JupyterLab may take its own name again."""
        cell = _cell()
        if full in self._made and (cell is None or self._made[full] != cell):
            raise ExhibitError(f"{full}: already made in this notebook; give the second exhibit its own name")
        owner = exhibit_files.read_sidecar(paths.figures() / f"{full}.json").get("notebook", self.notebook)
        if owner != self.notebook and any(paths.notebooks().rglob(f"{owner}.ipynb")):
            raise ExhibitError(f"{full}: belongs to notebook {owner}; give this exhibit another name")
        self._made[full] = cell

    def _save(self, record, content, files):
        self._claim(record["name"])
        shown = f'<figure data-exhibit="{record["name"]}">{content}</figure>'
        exhibit_files.save(record["name"], record, {**files, "html": shown.encode()})
        caption = ("SIMULATED. " if record["tier"] == "simulated" else "") + record["caption"]
        digest = sha256(files["csv"])
        return Exhibit(
            record["name"], record["kind"], caption, exhibit_record.evidence(record), digest, shown
        )


def _cell():
    """Return the id of the JupyterLab cell now running, or None where the front end tells none."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    header = shell.get_parent() if hasattr(shell, "get_parent") else None
    return (header or {}).get("metadata", {}).get("cellId")


def _close(fig):
    """Forget a figure made with pyplot; the others close themselves."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)


def _image(png, alt):
    payload = base64.b64encode(png).decode()
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{payload}" style="max-width:100%">'
