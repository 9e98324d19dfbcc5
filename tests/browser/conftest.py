"""A browser, and JupyterLab and Voilà on a copy of the compendium; without a browser all are skipped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import gemeenten

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = str(Path(gemeenten.__file__).parents[1])
PICTURES = Path(__file__).with_name("screenshots")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Nothing but the page under test: no sandbox (containers refuse it), no graphics card, no calls home.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 30_000  # ms for one thing to appear; the slowest, a first notebook, takes about 10 s on two cores
STARTED = 40  # s for a server to answer
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are drawn as well
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def pytest_collection_modifyitems(items):
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup():
    """Skip every test of this folder where there is no browser; the report folds that into one line."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: the pages were not tried in a browser")


@cache
def chromium():
    """Return the path of a Chromium, this machine's or Playwright's own; None where there is none."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    with sync_playwright() as driver:
        own = driver.chromium.executable_path
    return own if Path(own).is_file() else None


@pytest.fixture(scope="session")
def browser():
    """Return a running Chromium."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium(), args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """Return an empty page that fails the test when a script of the page fails."""
    failures = []
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    page.close()
    assert failures == []


@pytest.fixture(scope="session", autouse=True)
def site_in_the_making(request, browser, tmp_path_factory):
    """Return folder and process of the site, built while other tests run; None when no test asks for it."""
    if not any("book" in item.fixturenames for item in request.session.items):
        yield None
        return
    folder = tmp_path_factory.mktemp("book") / "site"
    env = os.environ | {"PYTHONPATH": LIBRARY}
    command = [sys.executable, "-c", f"from gemeenten import site; site.build({str(folder)!r})"]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    yield folder, process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def compendium(browser, tmp_path_factory):
    """Return the root of a copy of data and notebooks without outputs: what is seen was made in the test."""
    root = tmp_path_factory.mktemp("compendium")
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("*-ipc-*", ".*"))
    (root / "figures").mkdir()
    shutil.copy(ROOT / "voila.json", root)
    for path in (root / "notebooks").rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"].pop("widgets", None)
        for cell in notebook["cells"]:
            cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        path.write_text(json.dumps(notebook), encoding="utf-8")
    for name, content in SETTINGS.items():
        file = root / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def lab(compendium):
    """Return the address of a running JupyterLab."""
    options = [
        f"--ServerApp.root_dir={compendium}",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
    ]
    options += ["--LabApp.extension_manager=readonly"]
    with served(compendium, "jupyterlab", "ServerApp", options, "/api/status") as address:
        yield address


@pytest.fixture(scope="session")
def voila(compendium):
    """Return the address of the running explorer, as `make app` serves it."""
    app = str(compendium / "notebooks" / "app" / "threshold_explorer.ipynb")
    with served(compendium, "voila", "Voila", [app], "/voila/static/nothing") as address:
        yield address


@contextmanager
def served(root, module, name, options, sign_of_life):
    """Give the address of a server of this environment, without a user's settings, and end it afterwards."""
    port, private = _free_port(), root / module
    private.mkdir()
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
    env = os.environ | dict.fromkeys(places, str(private)) | {
        "JUPYTERLAB_SETTINGS_DIR": str(root / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private),
        "PYTHONPATH": LIBRARY,
        "GEMEENTEN_ROOT": str(root),
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        module,
        "--no-browser",
        f"--{name}.ip=127.0.0.1",
        f"--{name}.port={port}",
    ]
    with (root / f"{module}.log").open("w") as log:
        server = subprocess.Popen(
            command + options, env=env, cwd=root, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(server, f"http://127.0.0.1:{port}{sign_of_life}", root / f"{module}.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)  # its kernels too
            server.wait(timeout=20)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(server, address, log):
    """Return when the server answers, with whatever status."""
    end = time.monotonic() + STARTED
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no server at {address}: {log.read_text()[-500:]}")


@pytest.fixture(scope="session")
def picture():
    """Return a function that keeps a screenshot for the README, when GEMEENTEN_SCREENSHOTS=1 asks for it."""

    def keep(page, name):
        if os.environ.get("GEMEENTEN_SCREENSHOTS") == "1":
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    return keep
