# `make up` starts everything, `make down` stops it. RUNTIME=docker or RUNTIME=local forces one of the two.
PYTHON ?= python3
BIN := .venv/bin
CODE := auth_server resource_server client_app spa classroom labs wire sandbox bench
SERVICES := auth_server resource_server client_app spa classroom labs
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes # errors, but no warnings
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
NODE_TOOLS := tests/support/node/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.DELETE_ON_ERROR: # half of an environment must not be taken for one the next time
JOBS ?= 2
WHAT ?=
LAB ?=
COUNT ?=
SEED ?=
DEFENCE ?= off
ifeq ($(BROWSER),1)
export SANDBOX_BROWSER := 1
endif
.PHONY: help up down reset logs doctor attack browser test test-docker test-faults fuzz bench check lock

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

up: .venv/runtime.stamp ## start the sandbox and print its addresses; with BROWSER=1 and Docker, a browser for the labs
	@$(BIN)/python -m sandbox up

down: .venv/runtime.stamp ## stop the sandbox; what it stored stays
	@$(BIN)/python -m sandbox down

reset: .venv/runtime.stamp ## forget everything that was stored and begin anew
	@$(BIN)/python -m sandbox reset

logs: .venv/runtime.stamp ## follow what the parties log
	@$(BIN)/python -m sandbox logs

doctor: .venv/runtime.stamp ## say what is wrong on this machine, if anything
	@$(BIN)/python -m sandbox doctor

attack: .venv/runtime.stamp ## run every attack, or one: make attack LAB=code-replay DEFENCE=off
	@$(BIN)/python -m labs attack $(if $(LAB),$(LAB) $(DEFENCE))

browser: .venv/dev.stamp ## find a browser for the tests and the labs, or get one
	@$(BIN)/python -m sandbox.browser

test: browser check $(NODE_TOOLS) ## check, then run every test, as many at once as JOBS says (needs nothing started)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder tests

test-docker: browser $(NODE_TOOLS) ## run the same journeys against the Compose stack, and try its walls from inside
	TEST_RUNTIME=docker $(BIN)/python -m pytest tests/docker tests/e2e

test-faults: .venv/dev.stamp ## break every part under load, here and in Docker, and check what was acknowledged (five minutes)
	$(BIN)/python -m tests.faults local
	if docker info >/dev/null 2>&1; then $(BIN)/python -m tests.faults docker; else echo 'No Docker engine here: only local processes were broken.'; fi

fuzz: .venv/dev.stamp ## send broken requests to a sandbox of its own: COUNT=100000 SEED=1
	$(BIN)/python -m tests.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

bench: $(if $(WHAT),.venv/dev.stamp,.venv/runtime.stamp) ## measure speed and memory next to a bare Flask app (a minute), or WHAT=recorder …
	@$(BIN)/python -m bench$(if $(WHAT),.$(WHAT))

check: .venv/dev.stamp ## lint, formatting, types, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(CODE) tests
	$(BIN)/lint-imports
	if [ -x $(BIN)/biome ]; then $(BIN)/biome lint .; else echo 'Biome has no wheel here: skipped'; fi
	$(BIN)/djlint --lint --quiet auth_server/templates auth_server/web_message/templates client_app/templates spa/templates classroom/templates labs/templates
	if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint */Dockerfile */*.Dockerfile; else echo 'hadolint has no wheel here: skipped'; fi

lock: .venv/dev.stamp ## write the locked requirements anew from the .in files
	set -e; for service in $(SERVICES); do $(LOCK) $$service/requirements.in -o $$service/requirements.txt; done
	$(LOCK) -c requirements-dev.txt labs/requirements-browser.in -o labs/requirements-browser.txt
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 or newer is needed, and $(PYTHON) was not found.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1); name another: make up PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo 'Making a Python environment in .venv (once) …'
	@$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	@echo 'Installing what the sandbox needs into .venv (once) …'
	@$(PIP) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	@echo 'Installing what the tests and checks need into .venv (once) …'
	@$(PIP) -r requirements-dev.txt
	@touch $@ .venv/runtime.stamp

$(NODE_TOOLS): tests/support/node/package-lock.json
	@if ! command -v npm >/dev/null; then echo 'npm is not here: the tests that need Node.js are skipped.'; else \
	  echo "Installing what some tests need of Node.js's into tests/support/node (once) …"; \
	  cd tests/support/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.package-lock.json; fi
