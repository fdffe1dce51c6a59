# Everything a person or a CI job runs. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo reviewed researched unattended test lint bundle up bench bench-batch bench-gates bench-memory bench-render bench-steps bench-ui crash doctor lock clean

BIN := .venv/bin
DEMO := examples/sources/shipping-container.md
PYTEST_ARGS ?=

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

setup:  ## .venv, the locked packages, Chromium and the libraries it needs; quick when done
	@deploy/setup.sh

demo: setup  ## the example article becomes out/demo.mp4
	@mkdir -p out
	@$(BIN)/vidp make $(DEMO) --out out/demo.mp4

reviewed: setup  ## a production that people review, driven by the command line
	@$(BIN)/python examples/reviewed-short/drive.py

researched: setup  ## a production that researches, against a local site and a scripted model
	@$(BIN)/python examples/researched-short/drive.py

unattended: setup  ## three videos that nobody ordered: a folder, a feed and a signed post
	@$(BIN)/python examples/unattended/drive.py

# By name, end-to-end files begin first; by number of tests the longest would end last, alone.
test: setup  ## all tests, those that measure seconds alone; PYTEST_ARGS="-k name" for some
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not alone" $(PYTEST_ARGS) || test $$? = 5
	@$(BIN)/python -m pytest -m alone $$(grep -rl 'mark\.alone' tests) $(PYTEST_ARGS) || test $$? = 5

lint: setup  ## style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bundle:  ## build ui/flow/bundle from its TypeScript; needs npm, which nothing else does
	@cd ui/flow/frontend && npm ci --no-audit --no-fund --loglevel=error && npm run build

up: setup  ## the studio, Dagster and the database on this machine; Ctrl-C stops all
	@exec $(BIN)/vidp up

bench: bench-render bench-steps bench-gates bench-memory bench-batch bench-ui  ## every figure, beside its peers

bench-render: setup  ## the cost of a video against x264 alone
	@$(BIN)/python -m bench.render

bench-steps: setup  ## ten steps of a second side by side, in our executor and Dagster's
	@$(BIN)/python -m bench.steps

bench-gates: setup  ## from a decision to the next step; ten thousand requests that wait
	@$(BIN)/python -m bench.gates

bench-batch: setup  ## twenty briefs in three shapes, beside `vidp make` for each
	@$(BIN)/python -m bench.batch

bench-memory: setup  ## recall among a million memories, its quality on Cranfield (VIDP_CRANFIELD)
	@$(BIN)/python -m bench.memory

bench-ui: setup  ## viewers, clicks, first page, drawing and memory of the studio; half an hour
	@$(BIN)/python -m bench.ui

crash: setup  ## productions killed at every point and 200 times at random; an hour or more
	@$(BIN)/python -m bench.crash

doctor: setup  ## what is installed, what works, how to repair what does not
	@$(BIN)/vidp doctor

lock: setup  ## resolve the dependencies anew into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-header --no-annotate \
	  --universal --python-version 3.11 --quiet -o requirements.lock
	@! grep -nE '://|^(-i|-f|--(extra-)?index-url|--find-links)' requirements.lock

clean:  ## remove .venv and caches; productions and videos stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
