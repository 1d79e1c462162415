# The commands of the project. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
KILLS ?= 50
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Python 3.11 or newer; the first that fits.
FITTING_PYTHON := $(shell for p in $(PYTHON) python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export TRACKER_PORT = $(PORT)
export PIP_REQUIRE_VIRTUALENV = 0

.PHONY: help install demo run test test-slow test-postgres test-kills check bench load words lock sbom audit scan clean

help: ## list these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## make the environment in .venv/

.venv/bin/python:
	@test -n "$(FITTING_PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it"; exit 1; }
	$(FITTING_PYTHON) -m venv .venv

.venv/.installed: requirements.lock | .venv/bin/python
	$(PIP) install -q --require-hashes -r requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(PIP) install -q --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/.installed ## serve a fictitious clinic on http://127.0.0.1:8000 (PORT=… for another port)
	@TRACKER_DEMO=on TRACKER_INSTANCE_DIR=instance/demo $(BIN)/flask --app wsgi demo load
	@TRACKER_DEMO=on TRACKER_INSTANCE_DIR=instance/demo $(BIN)/python wsgi.py

run: .venv/.installed ## serve your own clinic; the first start prints a one-time set-up link
	@$(BIN)/python wsgi.py

TESTS := $(BIN)/python -m pytest -n auto --dist worksteal

test: .venv/.installed-dev ## run the tests of every rule and page
	$(TESTS) -m "not fault and not scan"

test-slow: .venv/.installed-dev ## run the rest: faults made on purpose, and scans of every page
	$(TESTS) -m "fault or scan"

ENGINE ?= postgresql

test-kills: .venv/.installed-dev ## kill the server fifty times under eight who write; half an hour
	TRACKER_TEST_KILLS=$(KILLS) $(BIN)/python -m pytest -rP tests/faults/test_kill.py

test-postgres: .venv/.installed-dev ## run all that has a database on PostgreSQL (or ENGINE=postgresql://… of a superuser)
	$(TESTS) --engine=$(ENGINE)

check: .venv/.installed-dev ## format, lint, contracts between layers, types
	@$(BIN)/ruff format --check -q . && echo "formatted"
	@$(BIN)/ruff check -q . && echo "linted"
	@said=$$($(BIN)/lint-imports) || { echo "$$said"; exit 1; }; echo "contracts kept"
	@$(BIN)/python -m mypy --no-error-summary && echo "types agree"

bench: .venv/.installed ## measure speed beside a bare route, in one run
	$(BIN)/python -m bench

load: .venv/.installed-dev ## fifty people at once for ten minutes, on SQLite and then on PostgreSQL
	$(BIN)/python -m bench.load

words: .venv/.installed-dev ## bring the catalogue of patients' words up to what the code says
	$(BIN)/python -m tests.conventions.words

lock: .venv/.installed-dev ## pin everything below the direct dependencies again
	$(PIP) install -q pip-tools
	for each in requirements requirements-dev; do $(BIN)/pip-compile -q --generate-hashes --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe \
		-o $$each.lock $$each.txt; done

.venv-tools/.installed: requirements-tools.txt | .venv/bin/python
	.venv/bin/python -m venv .venv-tools
	.venv-tools/bin/python -m pip --disable-pip-version-check --no-input install -q -r requirements-tools.txt
	@touch $@

sbom: .venv-tools/.installed ## write the parts list of what is installed, sbom.json (CycloneDX)
	.venv-tools/bin/cyclonedx-py requirements --output-reproducible --of JSON -o sbom.json requirements.lock

audit: .venv-tools/.installed ## ask whether weaknesses of the parts are known; says so when it cannot ask
	@code=0; said=$$(.venv-tools/bin/pip-audit --progress-spinner off --disable-pip --require-hashes \
		-r requirements.lock 2>&1) || code=$$?; \
	if grep -q "^Found" <<<"$$said"; then echo "$$said"; exit 1; \
	elif [ $$code = 0 ] && ! grep -q "could not be audited" <<<"$$said"; then echo "$$said"; \
	else echo "not checked: $$(grep -c "could not be audited" <<<"$$said") parts could not be asked about" \
		"($$(tail -n 1 <<<"$$said" | cut -c1-120))"; fi

.venv-scans/.installed: requirements-scans.txt | .venv/bin/python
	.venv/bin/python -m venv .venv-scans
	.venv-scans/bin/python -m pip --disable-pip-version-check --no-input install -q -r requirements-scans.txt
	@touch $@

scan: .venv/.installed-dev .venv-scans/.installed ## attack a server of its own with wapiti and sqlmap; writes docs/scans.md
	$(BIN)/python -m tests.scans

clean: ## remove the environment and every cache, but never instance/
	rm -rf .venv .venv-tools .venv-scans sbom.json .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
