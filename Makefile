# Two commands: `make run` (the watchlist, offline, on bundled data) and `make test` (everything that proves the project).
PYTHON ?= python3
VENV   ?= .venv
WORKERS ?= 2
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
BIN    := $(VENV)/bin
# A file's tests stay together, for their fixtures; tests/conftest.py puts the longest files first.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# A picture of every page of the journeys, to look at after a run.
export UPSTANDER_SCREENSHOTS ?= build/journeys

.PHONY: run serve test unit lint docs bundle dependencies locks clean

run: $(VENV)/.run ## install what is needed and print the watchlist
	$(BIN)/upstander run

serve: $(VENV)/.run ## open the web application on 127.0.0.1
	$(BIN)/upstander serve

# Compiled once: tests start the program some hundreds of times, and where nothing compiled is kept each would do it again.
test: $(VENV)/.dev lint docs ## lint, types, import contracts, docs, then every test
	$(BIN)/python -m compileall -q src
	$(PYTEST)

unit: $(VENV)/.dev ## the quick tests alone
	$(PYTEST) -m "not slow and not browser"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	$(BIN)/sphinx-build -q -W -b html docs docs/_build/html

bundle: $(VENV)/.dev ## rebuild the bundled data release (needs the shared data folder)
	$(BIN)/upstander bundle build --from ../shared/data

$(VENV)/bin/python:
	@test -f locks/run-$(VERSION).txt || { echo "Upstander needs Python 3.11 or 3.13, found $(VERSION). Try: make PYTHON=python3.11 run"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: locks/run-$(VERSION).txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/run-$(VERSION).txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: locks/dev-$(VERSION).txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev-$(VERSION).txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

dependencies: $(VENV)/.dev ## hold the lock files against known advisories; bills of materials in build/sbom
	$(BIN)/python .ci/dependencies.py build/sbom

locks: ## write the lock files anew for this Python (needs pip-tools)
	$(PYTHON) -m piptools compile -q --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate -o locks/run-$(VERSION).txt pyproject.toml locks/build.in
	$(PYTHON) -m piptools compile -q --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --extra dev -c locks/run-$(VERSION).txt -o locks/dev-$(VERSION).txt pyproject.toml locks/build.in

clean: ## remove everything that was built
	rm -rf $(VENV) docs/_build .mypy_cache .pytest_cache .ruff_cache
