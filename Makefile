# Everything here does its own set-up: Python 3.11 or later and make are enough to begin with.
#
#   make demo                         see it work; ARGS="--help" goes to the command
#   make test                         every test; ARGS="tests/unit -k money" chooses some
#   make lint                         formatting, lint, types, floors, locks
#   make faults                       only the tests that kill and cut things, and ten times as much of it
#   make bench                        every table of bench/
#   make compiled                     the hot path as machine code, half as much again per second; needs a C compiler
#   make plain                        the same as plain Python again
#   make coverage                     the tests once more, with lines and branches counted
#   make lock                         after a change of the dependencies; ARGS="--upgrade" takes newer ones
#   make clean                        away with everything that can be made again
#
# PYTHON=/path/to/python3.12 chooses the interpreter.

PYTHON ?=
ARGS ?=
export PYTHON
unexport ARGS

BIN := .venv/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint faults bench compiled plain coverage lock clean run-env dev-env

help:
	@sed -n '3,14{s/^# \{0,1\}//;p;}' Makefile

run-env:
	@scripts/setup run

dev-env:
	@scripts/setup dev

demo: run-env
	@$(BIN)/countroom demo $(ARGS)

test: dev-env
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: dev-env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/lock.py check

faults: dev-env
	COUNTROOM_FAULT_ROUNDS=10 $(BIN)/python -m pytest -v --timeout 600 tests/faults $(ARGS)

bench: dev-env
	@set -e; for table in bench/*.py; do \
		[ -f "$$table" ] || { echo "countroom: bench/ holds no table yet" >&2; exit 1; }; \
		echo "$$table"; $(BIN)/python "$$table" $(ARGS); \
	done

compiled: dev-env
	$(BIN)/python scripts/compiled.py build

plain: dev-env
	$(BIN)/python scripts/compiled.py clean

coverage: dev-env
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Not `dev-env`: what lay here before may not fit the dependencies that are to be locked.
lock:
	@scripts/setup dev || echo "countroom: going on with the environment as it is" >&2
	$(BIN)/python scripts/lock.py write $(ARGS)
	@scripts/setup dev

clean:
	rm -rf .venv build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.so' -delete
