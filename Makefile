# Two commands suffice on a machine with Python 3.11 or newer, git and make: `make reproduce` and `make test`.
# Each builds .venv from requirements.lock (with hashes) when it is missing or stale.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock
JOBS ?= 2
export OMP_NUM_THREADS := 1
export PYTHONHASHSEED := 0
# The same arithmetic on every x86-64 processor, also where NumPy loads before the library: gemeenten.processor
export OPENBLAS_CORETYPE ?= Haswell
export NPY_DISABLE_CPU_FEATURES ?= X86_V4 AVX512_ICL AVX512_SPR

.PHONY: help environment reproduce test test-unit test-notebooks test-browser lab app site lint format generate \
  refresh bench lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11 to 3.13 is needed; name one with PYTHON=python3.12 make ..." >&2; exit 1; }
	@echo "Building $(VENV) from requirements.lock: a minute or two, once."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

environment: $(STAMP) ## Build .venv from the lock when it is missing or stale

reproduce: $(STAMP) ## Verify the tables, run all notebooks, write figures/, print the verdict board
	@$(BIN)/gemeenten reproduce --jobs $(JOBS)

test: test-unit test-notebooks test-browser ## Unit, oracle and contract tests, every notebook with nbval, strict, then a browser

test-unit: $(STAMP)
	@$(BIN)/python -m ruff check lib tests
	@$(BIN)/python -m pytest tests -q -n $(JOBS) --dist loadscope --ignore=tests/browser

test-notebooks: $(STAMP)
	@GEMEENTEN_FIGURES="$(CURDIR)/build/checked" $(BIN)/python -m pytest notebooks -q -p no:cacheprovider --nbval --nbval-current-env \
	  --nbval-sanitize-with tests/nbval_sanitize.cfg -n $(JOBS) --dist loadscope

test-browser: $(STAMP)
	@$(BIN)/python -m pytest tests/browser -q

lab: $(STAMP) ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks/00_start_here.ipynb

app: $(STAMP) ## Open the threshold explorer as a page of its own (Voilà)
	@$(BIN)/voila notebooks/app/threshold_explorer.ipynb

site: $(STAMP) ## Build the book from the stored outputs into build/site
	@$(BIN)/gemeenten site

lint: $(STAMP) ## Check code, notebooks, exhibits and generated files
	@$(BIN)/python -m ruff check lib tests
	@$(BIN)/python -m ruff format --check lib tests
	@$(BIN)/gemeenten lint
	@$(BIN)/gemeenten generate --check

format: $(STAMP) ## Format the code
	@$(BIN)/python -m ruff format lib tests

generate: $(STAMP) ## Renew codebook, environment.yml, exhibit index and the generated parts of README.md
	@$(BIN)/gemeenten generate

refresh: $(STAMP) ## Fetch TABLE anew from its official source: make refresh TABLE=population (reaches the network)
	@$(BIN)/gemeenten refresh $(TABLE)

bench: $(STAMP) ## Compare our speed with the plain way, as ratios measured in one run
	@$(BIN)/python tests/bench

lock: $(STAMP) ## Resolve pyproject.toml anew into requirements.lock (reaches the package index)
	@$(BIN)/uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --all-extras pyproject.toml -o requirements.lock
	@$(BIN)/gemeenten generate

clean: ## Remove .venv and caches
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build
