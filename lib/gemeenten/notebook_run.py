"""Run one notebook in a kernel of its own; store its outputs and exhibits only when all of it ran."""

import os
import tempfile
import time
from pathlib import Path

from gemeenten import exhibit_files, paths
from gemeenten.notebook_book import NotebookError
from gemeenten.notebook_clean import clean

LONGEST_CELL = 300
#: A closed door: whatever asks a web library for the network is refused at once.
NOWHERE = "http://127.0.0.1:9"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def environment(scratch, figures, root=None):
    """Return the environment variables of a kernel: one thread, no network, no personal settings.

    Parameters
    ----------
    scratch : pathlib.Path
        An empty folder for the kernel's own files.
    figures : pathlib.Path
        Where exhibits go.
    root : pathlib.Path, optional
        Another copy of the compendium.
    """
    outer = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return {
        **outer,
        **dict.fromkeys(THREADS, "1"),
        **dict.fromkeys(PROXIES, NOWHERE),
        "no_proxy": "",
        "NO_PROXY": "",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "IPYTHONDIR": str(scratch),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "GEMEENTEN_ROOT": str((root or paths.root()).resolve()),
        "GEMEENTEN_FIGURES": str(figures),
    }


async def run(path):
    """Run the notebook at `path`, replace it and its exhibits, and return the seconds it took.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    NotebookError
        If it cannot be read or a cell fails; then everything stays as it was.
    """
    start = time.perf_counter()
    notebook = _read(path)
    with tempfile.TemporaryDirectory(prefix="gemeenten-") as scratch:
        figures, own = Path(scratch, "figures"), Path(scratch, "ipython")
        figures.mkdir()
        own.mkdir()
        await _execute(path, notebook, environment(own, figures))
        content = _content(path, notebook)
        exhibit_files.publish(figures, path.stem)
    exhibit_files.write(path, content)
    return time.perf_counter() - start


def _read(path):
    import nbformat

    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"{path.name}: no such notebook") from None
    except Exception as error:
        # nbformat raises errors of many kinds for a broken file; all mean the same here.
        raise NotebookError(f"{path.name}: not a notebook ({_line(error)}); restore it") from None


def _content(path, notebook):
    """Return the executed notebook's bytes."""
    import nbformat

    clean(notebook, widgets=path.parent.name == "app")
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


async def _execute(path, notebook, env):
    """Fill the notebook's outputs."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook, km=_kernel_manager(), timeout=LONGEST_CELL, coalesce_streams=True, record_timing=False
    )
    # A cancelled or failed run leaves no kernel behind; nbclient's own loop leaves the last one on Ctrl-C.
    try:
        # Only errors of the kernel itself are told: it warns that anybody on this machine could listen in.
        client.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
        await client.async_start_new_kernel(cwd=str(path.parent), env=env)
        await client.async_start_new_kernel_client()
        client.reset_execution_trackers()
        for place, cell in enumerate(notebook.cells):
            await _execute_cell(client, cell, place, path)
        client.set_widgets_metadata()
    except (CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"{path.name}, {_cell_name(client)}: {_line(error)}") from None
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        await client.km.shutdown_kernel(now=True)


async def _execute_cell(client, cell, place, path):
    from nbclient.exceptions import CellExecutionError

    if cell.cell_type != "code":
        return
    try:
        await client.async_execute_cell(cell, place, execution_count=client.code_cells_executed + 1)
    except CellExecutionError as error:
        told = f"{path.name}, {_cell_name(client)}: {error.ename}: {_line(error.evalue)}"
        raise NotebookError(told) from None


def _cell_name(client):
    return f"code cell {client.code_cells_executed}"


def _line(error):
    return " ".join(str(error).split())[:300]


def _kernel_manager():
    """Return a kernel manager that starts this very interpreter, whatever kernels a machine has installed."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            return KernelSpec(**get_kernel_dict())

    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisInterpreter())
