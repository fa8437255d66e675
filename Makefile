# Everything Al Día needs on one machine. A fresh machine needs Python 3.11+, Node and make.

PORT ?= 8000
DATA_DIR ?= .local
PYTHON ?= python3
WORKERS ?= auto
ARGS ?=
STAGE ?=
SETTINGS ?= /etc/aldia/aldia.env

BIN := .venv/bin
# What `make check` tests: the rules, the words, the files, the lists that must be whole, and one debt's whole path.
FAST := tests/test_architecture.py tests/aws tests/domain tests/i18n tests/mail tests/imports tests/mutants tests/simulator/test_points.py \
	tests/flows/test_first_debt.py tests/flows/test_conditions.py tests/flows/test_send_once.py
STAMP := .venv/.stamps
ENGINE := $(STAMP)/engine
NODE_MODULES := node_modules/.package-lock.json
UV := $(BIN)/uv --quiet
PIN := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
export PORT DATA_DIR

# Every start after the first reads bytecode instead of compiling some six hundred modules.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo serve test browser check soak bench lambda-bench scan attack format site lock \
	package deploy-plan deploy rollback destroy mail-stop mail-go e2e attack-deployed

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Settings: PORT=$(PORT) DATA_DIR=$(DATA_DIR) PYTHON=$(PYTHON) WORKERS=$(WORKERS) ARGS=... (for pytest)"

setup: $(STAMP)/python $(ENGINE) $(NODE_MODULES) ## Install what is missing, and only that (Python goes into .venv/)
	@:

run: $(STAMP)/python $(ENGINE) ## Start Al Día on this machine; PORT chooses the port, DATA_DIR where the data lies
	@exec $(BIN)/aldia run

demo: $(STAMP)/python $(ENGINE) ## Start it with sample data
	@exec $(BIN)/aldia run --demo

serve: $(STAMP)/python $(ENGINE) ## Serve on a server of your own: SETTINGS=/etc/aldia/aldia.env (docs/self-hosting.md)
	@exec $(BIN)/aldia serve --settings $(SETTINGS)

test: setup ## All tests; without Chromium it leaves out the browser's and says so in the last line
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

browser: setup ## Only the tests that drive Chromium
	@$(BIN)/pytest -n $(WORKERS) -m browser $(ARGS)

check: setup ## Format, lint, types, architecture and the fast tests: before every commit
	@$(BIN)/ruff format --check --quiet || { echo "Some files are not formatted: make format"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/mypy
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not browser and not slow" $(FAST) $(ARGS)

soak: setup ## The long versions of the proofs: hours, bounded, not part of `make test`
	@ALDIA_SOAK=1 $(BIN)/pytest -n $(WORKERS) -m soak $(ARGS)

bench: setup ## How fast it is and what it costs: .local/bench.json and a table (docs/performance.md)
	@$(BIN)/python -m tests.bench

lambda-bench: setup $(STAMP)/runtime $(STAMP)/plain ## The package in AWS's own runtime: cold start, warm page, sizes (docs/performance.md)
	@$(BIN)/python -m tests.bench.lambda_start

scan: setup $(STAMP)/bandit ## Read our own code for what is known to be unsafe; every finding is judged (tests/scan/judged.toml)
	@$(BIN)/python -m tests.scan

attack: setup $(STAMP)/wapiti ## A scanner attacks the application on 127.0.0.1, as owner and as client (minutes)
	@$(BIN)/python -m tests.attack $(ARGS)

format: $(STAMP)/python ## Put every Python file in the common form
	@$(BIN)/ruff check --quiet --fix --exit-zero
	@$(BIN)/ruff format

site: $(STAMP)/python ## Write the static site in web/ again from its templates
	@$(BIN)/python -m aldia.site

lock: $(STAMP)/uv ## Pin the requirements again (requirements/*.in to *.txt, and npm's)
	@for name in uv run lambda dev emulator runtime plain bandit wapiti; do $(PIN) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
	@npm install --package-lock-only --silent

# -- on AWS (infra/README.md) -------------------------------------------------------------------------

package: $(STAMP)/python ## The Lambda package: build/aws/aldia.zip
	@$(BIN)/python -m infra.aws.package

deploy-plan: $(STAMP)/python ## What `make deploy STAGE=prod` would change; sends package, template and new static pages to its bucket, changes nothing else
	@$(BIN)/python -m infra.aws.deploy plan $(STAGE)

deploy: $(STAMP)/python ## Bring a stage on AWS to this checkout: make deploy STAGE=prod
	@$(BIN)/python -m infra.aws.deploy deploy $(STAGE)

rollback: $(STAMP)/python ## Back to the release before
	@$(BIN)/python -m infra.aws.deploy rollback $(STAGE)

destroy: $(STAMP)/python ## Take a stage away; its table and files stay
	@$(BIN)/python -m infra.aws.deploy destroy $(STAGE)

mail-stop: $(STAMP)/python ## Stop all mail of a stage at once
	@$(BIN)/python -m infra.aws.deploy mail-stop $(STAGE)

mail-go: $(STAMP)/python ## Let mail go out again
	@$(BIN)/python -m infra.aws.deploy mail-go $(STAGE)

attack-deployed: setup $(STAMP)/emulator $(STAMP)/wapiti ## The scanner against what `make e2e` deploys to the emulator (minutes)
	@$(BIN)/pytest -q -x -s tests/aws/emulator/check_1_deployed.py tests/aws/emulator/check_2_one_debt.py tests/aws/emulator/attack_deployed.py $(ARGS)

e2e: setup $(STAMP)/emulator ## Deploy to an AWS emulator as `make deploy` does, and walk through it (minutes)
	@$(BIN)/pytest -q -x tests/aws/emulator/check_*.py $(ARGS)

# -- what is installed, and what tells that it is --------------------------------------------------

$(STAMP)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and \
		f"Al Día needs Python 3.11 or newer, and {sys.executable} is {v}. Try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/uv.txt
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/python: $(STAMP)/uv requirements/dev.txt pyproject.toml
	@$(UV) pip sync --python $(BIN)/python requirements/uv.txt requirements/dev.txt
	@$(UV) pip install --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMP)/emulator: $(STAMP)/uv requirements/emulator.txt
	@test -x build/aws/emulator/bin/python || $(PYTHON) -m venv --without-pip build/aws/emulator
	@$(UV) pip sync --python build/aws/emulator/bin/python requirements/emulator.txt
	@touch $@

# Tools that must not share our environment, each in build/envs/NAME with its own pinned requirements.
$(STAMP)/runtime $(STAMP)/plain $(STAMP)/bandit $(STAMP)/wapiti: $(STAMP)/%: $(STAMP)/uv requirements/%.txt
	@test -x build/envs/$*/bin/python || $(PYTHON) -m venv --without-pip build/envs/$*
	@$(UV) pip sync --require-hashes --compile-bytecode --python build/envs/$*/bin/python requirements/$*.txt
	@touch $@

$(ENGINE): $(STAMP)/python infra/local/engine.json
	@$(BIN)/python -m infra.local.install_engine
	@touch $@

$(NODE_MODULES): package-lock.json package.json .npmrc
	@command -v npm >/dev/null || { echo "Al Día needs Node.js 18 or newer (npm)."; exit 1; }
	@npm ci --silent
	@touch $@
