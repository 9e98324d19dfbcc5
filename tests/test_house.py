"""The house rules that a machine can check: imports, sizes, generated files, nothing of one machine."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import gemeenten as gm
from gemeenten import environment, generated

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "lib" / "gemeenten"
MODULES = sorted(LIB.rglob("*.py"))

#: The rooms from left to right; a name that ends in _ stands for all modules that begin with it. `refresh`
#: and `verify` rest on sources and tables.
ROOMS = (
    ("errors", "paths", "processor"),
    ("sources",),
    ("schemas", "csv_text", "tables", "registry"),
    ("refresh", "verify", "verify_"),
    ("amalgamations", "crosswalk", "crosswalk_", "crossings", "inhabitants", "municipal_names",
     "municipalities"),
    ("designs", "scheme", "simulate", "simulate_"),
    ("claims", "inbox", "inbox_"),
    ("plots", "exhibits", "exhibit_"),
    ("exercises", "exercises_", "explorer", "explorer_"),
    ("notebooks", "notebook_", "badges", "codebook", "environment", "site"),
    ("generated",),
    ("cli",),
)  # fmt: skip
LONGEST_MODULE, LONGEST_FUNCTION = 250, 40


def room_of(part):
    """Return the position of the room a module belongs to, by the first part of its name, or None."""
    for place, room in enumerate(ROOMS):
        if part in room or any(name.endswith("_") and part.startswith(name) for name in room):
            return place
    return None


def imports(path):
    """Yield the first part of every gemeenten module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gemeenten":
            parts = node.module.split(".")[1:]
            yield from [parts[0]] if parts else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("gemeenten."))


def tracked():
    """Return the files under version control, or all files where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here: the list of shipped files is unknown")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(LIB).as_posix())
def test_no_module_imports_one_to_its_right(path):
    part = path.relative_to(LIB).parts[0].removesuffix(".py")
    if part != "__init__":
        here = room_of(part)
        assert here is not None, f"{part} has no room; give it one in ROOMS"
        assert [other for other in imports(path) if room_of(other) > here] == []


def test_designs_read_no_files_and_know_no_municipalities():
    for path in sorted((LIB / "designs").glob("*.py")):
        assert not {"tables", "registry", "paths", "municipalities", "claims"}.intersection(imports(path)), (
            path
        )
        assert not re.search(r"\bmatplotlib\b|\bopen\(|read_csv", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(LIB).as_posix())
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno + 1 - doc <= LONGEST_FUNCTION, node.name


def test_the_generated_files_are_up_to_date():
    assert generated.stale() == []


def test_environment_yml_holds_what_pyproject_asks_for_at_the_versions_of_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match(r"[\w.-]+", need)[0].lower() for need in project["dependencies"]}
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == environment.render()
    pins = dict(re.findall(r"- ([A-Za-z0-9_.-]+)==([^\s\"]+)", written))
    assert wanted <= {name.lower() for name in pins}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, version in pins.items():
        assert re.search(rf"(?mi)^{re.escape(name)}=={re.escape(version)}\b", lock), name


def test_every_requirement_of_the_lock_has_a_hash():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    requirements = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    assert all("--hash=sha256:" in part for part in requirements if "==" in part)
    assert sum("==" in part for part in requirements) > 100


def test_nothing_shipped_names_a_folder_of_one_machine():
    """A path that is there on one machine only is no path."""
    private = re.compile(
        "|".join(("/" + "work/", r"\.\./" + "shared", "/" + "home/", "/" + "Users/", "/" + "tmp/"))
    )
    for path in tracked():
        if path.suffix in {".py", ".md", ".ipynb", ".toml", ".yml", ".json", ".csv", ".cff", ".lock", ".svg"}:
            found = private.search(path.read_text(encoding="utf-8"))
            assert not found or path.parts[-2:] in ALLOWED, f"{path}: {found and found[0]}"


#: Files that speak of such folders on purpose: the check that refuses them, and its tests.
ALLOWED = {
    ("tests", "test_house.py"),
    ("tests", "test_notebook_tools.py"),
    ("gemeenten", "notebook_lint_text.py"),
    ("gemeenten", "notebook_lint.py"),
}


def test_git_leaves_the_bytes_of_hashed_and_compared_files_alone():
    listed = ["data/population.csv", "figures/index.json", "notebooks/00_start_here.ipynb"]
    try:
        done = subprocess.run(
            ["git", "check-attr", "text", *listed], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here: its attributes are unknown")
    assert done.stdout.splitlines() == [f"{name}: text: unset" for name in listed]


def test_the_contract_names_are_there():
    assert "population" in gm.tables.names()
    assert callable(gm.tables.load)
    assert callable(gm.municipalities.harmonise)
    ledger = gm.claims.ledger()
    contract = [
        "id",
        "statement",
        "tier",
        "estimate",
        "low",
        "high",
        "unit",
        "n",
        "verdict",
        "sentence",
        "notebook",
    ]
    assert list(ledger.columns)[: len(contract)] == contract
    assert len(ledger) == 38
    assert {*ledger["id"]} >= {f"C{k:02d}" for k in range(1, 36)} | {"H1", "H2", "H3"}
