# `make debate` shows a debate; `make test` runs the tests. Both set everything up by themselves.
# PYTHON=python3.12 chooses the Python (3.11 to 3.14).

PYTHON ?=
BIN    := .venv/bin
READY  := .venv/ready
DEMO   := examples/first_debate.py
WHEELS := dist
PYTEST := $(BIN)/python -m pytest
# As many workers as cores; tests that share something heavy (a Ray, a wheel) name a group and
# run in one worker, one after the other. A worker that dies is not replaced, since replacing it
# may wait for ever: the run ends there, and names the test.
PYTEST_FLAGS ?= -q -n auto --dist loadgroup --maxprocesses 8 --max-worker-restart 0

# pyright keeps what it needs beside the other caches, and takes its node from a package.
export PYRIGHT_PYTHON_CACHE_DIR := $(CURDIR)/.cache/pyright
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export PYTHON

.PHONY: help setup debate test chaos lint format types wheel page bench constraints clean
.DEFAULT_GOAL := help

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## Make .venv with moot and its tools

# Where a Python is named, .venv must be of that Python, so setup looks again.
$(READY): pyproject.toml constraints.txt .ci/setup .ci/settings $(if $(PYTHON),always)
	@.ci/setup

.PHONY: always
always:

debate: $(READY)  ## Watch several simulated models debate, on Ray
	@$(BIN)/python $(DEMO)

test: $(READY)  ## Run all tests, as many at once as there are cores
	@echo "test: the whole suite, a worker per core"
	@$(PYTEST) $(PYTEST_FLAGS)

chaos: $(READY)  ## Hold every promise at full size, and print what was found; G=G1 holds one
	@MOOT_CHAOS=1 $(PYTEST) -q -n 0 --timeout 3600 -o faulthandler_timeout=3700 --guarantee $(or $(G),all)

lint: $(READY)  ## Check style and layout of the code
	@echo "lint: ruff"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: $(READY)  ## Bring the code into shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: $(READY)  ## Check types, strictly, with mypy and pyright
	@echo "types: mypy"
	@$(BIN)/mypy
	@echo "types: pyright"
	@$(BIN)/pyright

wheel: $(READY)  ## Build the wheel into dist/
	@rm -rf $(WHEELS)
	@$(BIN)/python -m hatchling build -t wheel -d $(WHEELS)

page: runs/viewer/web/node_modules  ## Build the viewer's page from its TypeScript (needs node)
	@cd runs/viewer/web && npx --no-install tsc --noEmit && node build.mjs

runs/viewer/web/node_modules: runs/viewer/web/package-lock.json
	@cd runs/viewer/web && npm ci --silent && touch node_modules

bench: $(READY)  ## Measure the cost per LLM call against a local server
	@$(BIN)/python -m benchmarks

oracle: $(READY)  ## Ask pref_voting anew who wins the elections that counts are compared with
	@$(BIN)/python -m venv .cache/oracle
	@.cache/oracle/bin/python -m pip install --quiet "pref-voting>=1.18"
	@.cache/oracle/bin/python tests/protocols/decide/oracle/ask.py

constraints: $(READY)  ## Resolve constraints.txt anew
	@$(BIN)/python -m pip install --quiet uv
	@echo '# The versions moot is tested with, for every supported Python; `make constraints` writes this file.' > constraints.new
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --exclude-newer "14 days" \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml - >> constraints.new
	@mv constraints.new constraints.txt

clean:  ## Delete everything that was made here, .venv and caches included
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
