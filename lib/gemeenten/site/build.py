"""Build the site in a folder of its own, check it, and only then put it in place."""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import gemeenten
from gemeenten import paths
from gemeenten.site import checks, staging
from gemeenten.site.staging import SiteError

JOBS = 2
#: A folder is a site of ours, and may be replaced, when it holds this.
MARK = "objects.inv"
REPORT = re.compile(r"^(?:(?P<place>.+?): )?(?:WARNING|ERROR|CRITICAL|SEVERE): (?P<told>.*)$")
PLACE = re.compile(r"^(?P<page>.+?)(?::docstring of (?P<name>\S+?))?(?::(?P<line>\d+))?$")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Site:
    """A finished site: its folder, how many pages it has, and the seconds it took."""

    folder: Path
    pages: int
    seconds: float

    def sentence(self):
        """Return the build in one sentence."""
        return f"{self.pages} pages in {self.seconds:.0f} s: open {self.folder / 'index.html'}"


def build(out=None):
    """Build the static site from the committed notebooks, offline and without running anything.

    Parameters
    ----------
    out : path-like, optional
        Folder of the site, ``build/site`` by default; an older site is replaced once the new one is done.

    Returns
    -------
    Site

    Raises
    ------
    SiteError
        If a notebook is broken or not run, Sphinx warns, a link leads nowhere, a picture has no alt text, a
        page has no title, or `out` holds something that is not a site: a line a problem. The old site stays.
    """
    start = time.perf_counter()
    out = Path(out) if out else paths.root() / "build" / "site"
    _refuse_to_overwrite(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent.resolve()) as work:
        work = Path(work)
        layout = staging.stage(work)
        made = _render(work, layout)
        found = checks.problems(made)
        if found:
            raise SiteError("\n".join(found))
        pages = sum(1 for _ in made.rglob("*.html"))
        _replace(out, made, work)
    return Site(out, pages, time.perf_counter() - start)


def _refuse_to_overwrite(out):
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file()):
        raise SiteError(f"{out}: exists and is no site; name another folder or remove it")


def _replace(out, made, work):
    """Put the finished site in place of the old one."""
    if out.exists():
        out.rename(work / "old")
    made.rename(out)


def _render(work, layout):
    """Run Sphinx on the staged pages and return the folder of the site."""
    made, report = work / "html", work / "report.txt"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", str(JOBS), "-b", "html"]
    command += ["-c", str(work), "-d", str(work / "doctrees"), "-w", str(report)]
    done = subprocess.run(
        [*command, str(work / "src"), str(made)],
        env=_environment(),
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteError("\n".join(_told(report, done.stderr, work / "src", layout)))
    (made / ".buildinfo").unlink(missing_ok=True)  # a hash of the configuration, of use to Sphinx only
    return made


def _environment():
    """Return an environment in which a build is the same everywhere and imports this very library."""
    library = str(Path(gemeenten.__file__).parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (library, inherited))),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "Agg",
        "NO_COLOR": "1",
    }


def _told(report, stderr, src, layout):
    """Return Sphinx's complaints, one line each, with the file of the compendium that causes it."""
    sources = {page: source for source, page in layout.pages.items()}
    text = report.read_text(encoding="utf-8") if report.is_file() else ""
    lines = [COLOURS.sub("", line) for line in text.splitlines()]
    found = [REPORT.match(line.replace(f"{src}{os.sep}", "")) for line in lines]
    told = [_place(match["place"], sources) + match["told"] for match in found if match]
    if told:
        return list(dict.fromkeys(told))
    last = [line.strip() for line in COLOURS.sub("", text + stderr).splitlines() if line.strip()]
    return [f"Sphinx stopped: {' '.join(last[-3:])}".replace(f"{src}{os.sep}", "")]


def _place(place, sources):
    """Return where a complaint arises: a notebook's cell, a docstring, or a line of a file."""
    if not place:
        return ""
    match = PLACE.match(place)
    page, line = match["page"], match["line"]
    if match["name"]:
        return f"docstring of {match['name']}: "
    source = sources.get(page, page)
    if line and page.endswith(".ipynb") and int(line) > 10_000:
        return f"{source}, cell {int(line) // 10_000}: "  # myst-nb counts lines as 10,000 a cell
    return f"{source}:{line}: " if line else f"{source}: "
