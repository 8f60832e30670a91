# VLMS: everything that is done with a checkout. `make` alone lists it.
#
#   PORT=8000      where `make run` listens
#   WORKERS=2      processes of `make test`; 0 runs the tests in one
#   TESTS=tests    what `make test` runs, for example TESTS=tests/unit
#   PYTHON=python3 what makes the environment (3.11 or newer)

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
TESTS ?= tests
PYTEST_OPTIONS ?=
SCREENSHOTS_OPTIONS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
SOURCES := $(wildcard vlms migrations tests tools benchmarks setup.py wsgi.py)
COMPILE := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
NPM_PACKAGES := @tabler/core@1.6.1 @tabler/icons@3.51.0 htmx.org@2.0.11 axe-core@4.14.1 chart.js@4.6.1

export PORT
# Tests and checks start many programs; each would compile all it imports, were nothing kept.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check format-check lint types contracts templates budgets \
	migrations-check wheel format screenshots translations campaign bench lock vendor

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# ---- the product ----------------------------------------------------------------------

setup: .venv/run.stamp  ## environment, migrated database, demo data
	@$(BIN)/vlms db upgrade
	@$(BIN)/vlms demo

# Only the demo is served as one (VLMS_DEMO): no role of it demands a second factor.
run: setup  ## the above, then the web server and the worker on PORT
	@if test -e "$${VLMS_INSTANCE:-instance}/demo-sign-ins.txt"; then export VLMS_DEMO="$${VLMS_DEMO:-1}"; fi; \
	exec $(BIN)/vlms serve

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("VLMS needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt setup.cfg setup.py pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements/run.txt
	PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

# ---- tests and checks -----------------------------------------------------------------

test: .venv/dev.stamp  ## all tests, on SQLite and PostgreSQL, with a real browser
	@sh tools/install_browser.sh
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) $(PYTEST_OPTIONS) $(TESTS)

campaign: .venv/dev.stamp  ## the long versions of races and property tests
	$(BIN)/python -m pytest --override-ini faulthandler_timeout=0 $(PYTEST_OPTIONS) tests/campaign

check: format-check lint types contracts templates budgets migrations-check wheel  ## all but the tests
	@echo "All checks passed."

format-check: .venv/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)

lint: .venv/dev.stamp
	$(BIN)/ruff check $(SOURCES)

types: .venv/dev.stamp
	$(BIN)/mypy

contracts: .venv/dev.stamp
	$(BIN)/lint-imports

templates: .venv/dev.stamp
	$(BIN)/djlint templates --lint --quiet

budgets: .venv/dev.stamp
	$(BIN)/python -m tools.budgets

migrations-check: .venv/dev.stamp
	$(BIN)/vlms db check

wheel: .venv/dev.stamp  ## build the wheel, install it elsewhere, use it there
	$(BIN)/python -m tools.wheel_smoke

format: .venv/dev.stamp  ## put the code in its form
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: .venv/dev.stamp  ## what the work costs, as ratios within one run
	@set -e; for program in benchmarks/[a-z]*.py; do \
		echo "== $$program"; $(BIN)/python "$$program"; done

screenshots: .venv/dev.stamp  ## pictures of every page, both languages and widths
	@sh tools/install_browser.sh
	$(BIN)/python -m tools.screenshots $(SCREENSHOTS_OPTIONS)

translations: .venv/dev.stamp  ## take new texts into the catalogue and compile it
	$(BIN)/python -m tools.translations update

# ---- what is taken from others --------------------------------------------------------

lock: | .venv/dev.stamp  ## new versions within setup.cfg's bounds, with their hashes
	$(COMPILE) --upgrade --output-file=requirements/run.txt setup.cfg requirements/build.in
	$(COMPILE) --upgrade --extra=test --extra=check --constraint=requirements/run.txt \
		--output-file=requirements/dev.txt setup.cfg requirements/build.in

vendor: .venv/dev.stamp  ## the front end's files, from npm (the only thing that needs it)
	npm install --no-audit --no-fund --ignore-scripts --prefix .cache/npm $(NPM_PACKAGES)
	$(BIN)/python -m tools.vendor .cache/npm/node_modules
	$(BIN)/python -m tools.dark
