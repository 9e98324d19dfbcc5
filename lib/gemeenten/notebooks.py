"""The notebooks: find them, run them side by side, lint them, prove that their checks can fail."""

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gemeenten import notebook_run, paths
from gemeenten.notebook_book import NotebookError
from gemeenten.notebook_lint import lint, lint_all
from gemeenten.notebook_probe import probe
from gemeenten.notebook_validate import validate

__all__ = ["NotebookError", "Timings", "execute", "find", "lint", "lint_all", "probe", "validate"]

ROOMS = (".", "analysis", "tutorials", "app")


@dataclass(frozen=True)
class Timings:
    """How long a run took, in seconds: by notebook (file name), and by the clock."""

    seconds: dict
    total: float

    def sentence(self):
        """Return the run in one sentence."""
        slowest = max(self.seconds, key=self.seconds.get, default="none")
        most = self.seconds.get(slowest, 0)
        return (
            f"{len(self.seconds)} notebooks in {self.total:.0f} s; the slowest, {slowest}, took {most:.0f} s."
        )


def find():
    """Return the notebooks in reading order: start, analysis, tutorials, app.

    Returns
    -------
    list of pathlib.Path
    """
    return [path for room in ROOMS for path in sorted((paths.notebooks() / room).glob("*.ipynb"))]


def execute(notebooks=None, jobs=2, progress=True):
    """Run notebooks and store their outputs and exhibits.

    A notebook and its exhibits are replaced only when all of its cells ran; otherwise they stay as they were.

    Parameters
    ----------
    notebooks : list of path-like, optional
        By default all of them.
    jobs : int
        How many to run at a time, each in a kernel (a process) of its own.
    progress : bool
        Show a progress bar and a line for each notebook that is done.

    Returns
    -------
    Timings

    Raises
    ------
    NotebookError
        If a cell fails: one line a notebook with the cell, the error's type and its message.
    """
    chosen = find() if notebooks is None else [Path(path) for path in notebooks]
    start = time.perf_counter()
    results = asyncio.run(_run_all(chosen, jobs, progress))
    failed = [str(result) for result in results if isinstance(result, NotebookError)]
    if failed:
        raise NotebookError("\n".join(failed))
    seconds = {path.name: result for path, result in zip(chosen, results, strict=True)}
    return Timings(seconds, time.perf_counter() - start)


async def _run_all(chosen, jobs, progress):
    """Return for each notebook its seconds, or the NotebookError it ended in."""
    free = asyncio.Semaphore(jobs)
    with _progress(len(chosen), progress) as done:

        async def one(path):
            async with free:
                try:
                    result = await notebook_run.run(path)
                except NotebookError as error:
                    result = error
            done(path.name, result)
            return result

        return await asyncio.gather(*map(one, chosen))


@contextmanager
def _progress(total, shown):
    """Give a function that tells of a finished notebook."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("notebooks"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("notebooks", total=total)

        def done(name, result):
            bar.advance(task)
            told = "failed  " if isinstance(result, NotebookError) else f"{result:6.1f} s"
            if shown:
                bar.console.print(f"{told}  {name}", highlight=False, markup=False)

        yield done
