# Every target sets up .venv by itself, once. `make` alone lists the targets.
PYTHON ?= python3
TORCH_INDEX ?=
JOBS ?= $(shell $(PYTHON) -c 'import os; print(min(8, os.cpu_count() or 1))')
# Neighbouring tests go to one worker, which computes once what they share.
PYTEST_ARGS ?= -n $(JOBS) --dist worksteal
SEED ?= $(shell date +%s)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DOCS_READY := $(VENV)/.ready-docs
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup verify search test mutation check format docs bench cuda system clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | awk -F '\t' '{printf "  make %-8s %s\n", $$1, $$2}'
	@echo "  variables: PYTHON=$(PYTHON) JOBS=$(JOBS) PYTEST_ARGS=... SEED=... TORCH_INDEX=<package index with the torch build you want>"

setup: $(READY) ## make .venv with everything in it (done by the other targets when needed)

# torch first and pinned: a range resolved by pip on Linux may choose the CUDA build of several gigabytes.
# TORCH_INDEX, when given, is only asked for torch itself.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "normproof needs Python 3.11 or later, got %d.%d. Remedy: make PYTHON=python3.11" % v[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt $(if $(TORCH_INDEX),--no-deps --index-url $(TORCH_INDEX)) torch==2.13.0
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

$(DOCS_READY): $(READY)
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[docs]'
	@touch $@

verify: $(READY) ## verify every theorem and leave a report in report/
	$(BIN)/normproof run --jobs $(JOBS) --json report/results.json --report report

search: $(READY) ## search for every counterexample again, and keep the simpler ones beside the theorems (long; nightly)
	$(BIN)/normproof run --jobs $(JOBS) --search --keep

test: $(READY) ## run the tests, warnings as errors; the same examples every time
	$(BIN)/python -m pytest $(PYTEST_ARGS)

mutation: $(READY) ## break what a proof rests on, one slip at a time: do the tests notice? (hours; goes on where it was stopped)
	OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.mutation

check: $(READY) ## format, lint, types, import arrows, bare derivations, tests with examples of its own (SEED), documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.boards
	@echo "examples: make check SEED=$(SEED) draws these again"
	$(MAKE) test PYTEST_ARGS="$(PYTEST_ARGS) --explore=$(SEED)"
	$(MAKE) docs

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(DOCS_READY) ## build the documentation in docs/_build
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build
	@echo "documentation: file://$(CURDIR)/docs/_build/index.html"

bench: $(READY) ## measure speed as ratios in one run, and how cost grows; write docs/performance.md
	OMP_NUM_THREADS=1 $(BIN)/normproof bench --growth --json docs/performance.json --page docs/performance.md

cuda: $(READY) ## measure on one GPU, in at most four minutes, and write docs/gpu.json and docs/gpu.md
	$(BIN)/python benchmarks/on_gpu.py

SYSTEM := texlive-latex-base texlive-latex-recommended texlive-latex-extra texlive-pictures texlive-publishers texlive-fonts-recommended lmodern latexmk poppler-utils chromium
system: ## install TeX, poppler and Chromium with apt (for the PDF and for the full tests)
	$(if $(filter 0,$(shell id -u)),,sudo) apt-get update
	$(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(SYSTEM)

clean: ## remove the cache, the report and the built documentation (not .venv)
	rm -rf .normproof report docs/_build dist build .pytest_cache .mypy_cache .ruff_cache
