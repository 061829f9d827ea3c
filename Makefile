# The ways to build, prove and change this project. `make help` lists them.

PYTHON ?= python3
PYTEST_ARGS ?=
MUTATE_ARGS ?=
LAB_ARGS ?=
LOCK_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Stamps live inside the environment: whoever deletes it deletes them too.
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
TESTABLE := $(VENV)/.testable
LAB := $(VENV)/.lab

# Text is UTF-8 wherever the caller's locale differs.
export PYTHONUTF8 := 1

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

.PHONY: help build check-output test lint format goldens docs mutate bench accuracy rulecost boardcost lab test-lab pictures schema lock clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

build: $(INSTALLED) ## Install the compiler in .venv and compile slo/ to output/
	$(BIN)/slo build

check-output: $(INSTALLED) ## Fail where output/ is not what slo/ compiles to
	$(BIN)/slo build --check

test: lint ## Lint, type-check, run every test, and verify output/ with promtool
	$(WITH_TOOLS) $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)
	$(BIN)/slo build --check
	$(WITH_PROMTOOL) $(BIN)/slo verify

lint: $(TESTABLE) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(TESTABLE) ## Format the code and apply the safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

goldens: $(TESTABLE) ## Rewrite the expected files of tests/cases; review them with git diff
	$(WITH_TOOLS) $(BIN)/python -m pytest --update-goldens $(PYTEST_ARGS)

docs: $(INSTALLED) ## Write docs/reference.md, docs/recipes.md and docs/series.md anew
	$(BIN)/python -m compiler.schema.reference >docs/reference.new && mv docs/reference.new docs/reference.md
	$(BIN)/python -m compiler.recipes.page >docs/recipes.new && mv docs/recipes.new docs/recipes.md
	$(BIN)/python -m compiler.series.page >docs/series.new && mv docs/series.new docs/series.md

mutate: $(TESTABLE) ## Change every rule of output/ one thing at a time and write docs/mutation.md; MUTATE_ARGS=--sample=300
	$(WITH_TOOLS) $(BIN)/python -m tests.mutation.mutate --write docs/mutation.md $(MUTATE_ARGS)

bench: $(TESTABLE) ## Measure the speed of a build
	$(BIN)/python -m tests.bench.bench

accuracy: $(TESTABLE) ## Measure what the rules count, and when they page, beside sloth and pyrra; writes docs/accuracy.md
	$(WITH_TOOLS) $(BIN)/python -m tests.accuracy

rulecost: $(TESTABLE) ## Measure what the rules cost a Prometheus, beside sloth and pyrra; writes docs/cost.md
	$(WITH_TOOLS) PROMETHEUS="$$($(BIN)/python tools/install.py prometheus)" && export PROMETHEUS && \
		$(BIN)/python -m tests.rulecost

boardcost: $(TESTABLE) ## Measure what opening the dashboards costs a Prometheus of 2,000 SLOs; writes docs/boardcost.md
	$(WITH_TOOLS) PROMETHEUS="$$($(BIN)/python tools/install.py prometheus)" && export PROMETHEUS && \
		$(BIN)/python -m tests.boardcost

lab: $(LAB) ## Run the demo shop with real servers on loopback, with faults to switch on; LAB_ARGS="--fault rollout"
	$(BIN)/python -m tests.lab $(LAB_ARGS)

test-lab: $(LAB) ## Prove the way from a page to its cause on real servers
	$(BIN)/python -m pytest tests/lab $(PYTEST_ARGS)

pictures: $(LAB) ## Draw every dashboard from the lab's answers into docs/pictures; needs Node 20 and Chromium
	$(BIN)/python -m tests.lab.pictures

schema: $(INSTALLED) ## Write the JSON Schema of slo/, for editors
	$(BIN)/slo schema >slo/schema.new && mv slo/schema.new slo/schema.json

lock: ## Bring the locks in step with requirements/*.in, LOCK_ARGS=--upgrade to renew; needs pip-tools
	@for name in build test lab go; do (cd requirements && $(LOCK) $$name.in --output-file $$name.txt) || exit; done

clean: ## Remove .venv and every cache in this folder
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find compiler tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Finding a tool may build it, so only a recipe that needs one looks for it, as it runs.
WITH_PROMTOOL = @PROMTOOL="$$($(BIN)/python tools/install.py promtool)" && export PROMTOOL && set -x &&
WITH_TOOLS = @REPLAY="$$($(BIN)/python tools/install.py replay)" && export REPLAY && \
	PROMTOOL="$$($(BIN)/python tools/install.py promtool)" && export PROMTOOL && set -x &&

LOCK = CUSTOM_COMPILE_COMMAND="make lock" $(PYTHON) -m piptools compile --quiet --generate-hashes \
	--strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--no-emit-options $(LOCK_ARGS)

NEWER = import sys; sys.version_info >= (3, 11) or sys.exit( \
	"This needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + \
	". Name another: make PYTHON=python3.12")

$(LOCKED): requirements/build.txt
	@command -v "$(PYTHON)" >/dev/null || \
		{ echo 'There is no $(PYTHON). Name a Python 3.11 or newer: make PYTHON=python3.12' >&2; exit 2; }
	@"$(PYTHON)" -c '$(NEWER)'
	"$(PYTHON)" -m venv --clear $(VENV)
	$(PIP) install --require-hashes -r requirements/build.txt
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTABLE): $(INSTALLED) requirements/test.txt
	$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(LAB): $(TESTABLE) requirements/lab.txt
	$(PIP) install --require-hashes -r requirements/lab.txt
	@touch $@
