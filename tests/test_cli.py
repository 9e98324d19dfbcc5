"""The command: what it prints, and that every failure is one line on stderr with exit code 1."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gemeenten import claims, registry, tables, verify

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments, root=None):
    """Run the command as a user does, in a process of its own."""
    code = "from gemeenten.cli import main; main()"
    environment = os.environ | ({"GEMEENTEN_ROOT": str(root)} if root else {})
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, env=environment
    )


def test_tables_lists_every_table_with_its_source():
    done = run("tables")
    assert done.returncode == 0
    for name in ("population", "accounts", "turnout"):
        assert name in done.stdout


def test_verify_prints_one_line_a_check_and_passes():
    done = run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert [line[:6] for line in done.stdout.splitlines()] == ["ok    "] * (
        len(tables.names()) + len(verify.FACTS)
    )


def test_verify_fails_on_an_altered_table_and_names_it(spoilable):
    with (spoilable / "data" / "turnout.csv").open("a") as file:
        file.write("\n")
    done = run("verify", root=spoilable)
    assert done.returncode == 1
    assert "FAIL  table turnout" in done.stdout
    assert done.stderr.startswith("gemeenten: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_failed_check_is_one_line_however_long_and_whatever_is_in_it(spoilable):
    path = spoilable / "data" / "service_aggregates.csv"
    path.write_text(path.read_text().replace("1-10 constructed", "[red]" + 200 * "x" + "[/]"))
    book = spoilable / "data" / "registry.toml"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    old = registry.entry("service_aggregates").sha256
    book.write_text(book.read_text().replace(old, digest))
    failed = [line for line in run("verify", root=spoilable).stdout.splitlines() if line[:4] != "ok  "]
    assert len(failed) == 1
    assert failed[0].startswith("FAIL  table service_aggregates: data/service_aggregates.csv row ")
    assert "'[red]xxx" in failed[0]


def test_an_emptied_registry_is_one_line(spoilable):
    (spoilable / "data" / "registry.toml").write_text("")
    done = run("verify", root=spoilable)
    assert done.returncode == 1
    assert done.stderr == (
        "gemeenten: data/registry.toml: holds no [table.…]; "
        "restore it with `git checkout -- data/registry.toml`\n"
    )


def test_lint_finds_what_two_notebooks_share(spoilable):
    cell = {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": 1, "outputs": [],
            "source": "def helper():\n    return 1"}  # fmt: skip
    for name in ("one", "two"):
        book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
        (spoilable / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book))
    done = run("lint", root=spoilable)
    assert done.returncode == 1
    assert "one.ipynb, two.ipynb: all define helper; move it to lib/gemeenten\n" in done.stdout


def test_help_of_refresh_says_which_table_has_a_source():
    told = " ".join(run("refresh", "--help").stdout.split())
    assert "Only the table population has a source module" in told


def test_generate_check_names_the_stale_file(spoilable):
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, spoilable)
    (spoilable / "README.md").write_text("<!-- tables: generated -->\n<!-- tables: end -->\n")
    done = run("generate", "--check", root=spoilable)
    assert done.returncode == 1
    assert "stale: " in done.stderr
    assert "README.md" in done.stderr


def test_a_missing_file_is_one_line(spoilable):
    (spoilable / "README.md").write_text("x")
    done = run("generate", "--check", root=spoilable)
    assert done.returncode == 1
    assert "pyproject.toml" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_claims_prints_one_line_for_every_claim_and_the_counts():
    done = run("claims")
    assert done.returncode == 0
    ledger = claims.ledger()
    rows = [line for line in done.stdout.splitlines() if any(f" {claim} " in line for claim in ledger["id"])]
    assert len(rows) == len(ledger)
    assert f"{(ledger['verdict'] == 'untested').sum()} untested" in done.stdout.splitlines()[-1]


def test_claims_in_full_gives_every_sentence():
    done = run("claims", "--full")
    assert done.returncode == 0
    told = " ".join(done.stdout.split())
    assert all(" ".join(sentence.split()) in told for sentence in claims.ledger()["sentence"])


@pytest.mark.parametrize("arguments", [("execute", "no_such.ipynb"), ("stamp", "no_such_table")])
def test_an_unknown_name_ends_in_one_line(arguments):
    done = run(*arguments)
    assert done.returncode == 1
    assert "no_such" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_the_commands():
    done = run("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("tables", "verify", "claims", "reproduce", "lint"))
