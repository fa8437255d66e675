# Everything Al Día needs on one machine. Fresh machine: Python 3.11+, Node and make.

PORT ?= 8000
DATA_DIR ?= .local
PYTHON ?= python3
# Two at least: the engine of each worker waits for the disk while another computes.
WORKERS ?= auto

BIN := .venv/bin
STAMP := .venv/.stamps
export PORT DATA_DIR

.DEFAULT_GOAL := help
.PHONY: help setup

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)/python ## Install everything it needs (Python into .venv, the rest into .local and node_modules)

$(STAMP)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Al Día needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/uv.txt
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/python: $(STAMP)/uv requirements/dev.txt pyproject.toml
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/uv.txt requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@
