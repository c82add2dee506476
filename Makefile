# `make` lists what there is. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PORT ?= 8000
t ?= tests
bin := .venv/bin
# Runs a command with DATABASE_URL and REDIS_URL, or else with the databases in .data, also while `make run` uses them.
with := $(bin)/python -m commerce.up

.DEFAULT_GOAL := help
.PHONY: help install run worker test lint format migration migrate schema seed bench clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.installed ## Python environment in .venv, with the versions of constraints.txt

.venv/.installed: pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	test -x $(bin)/pip || "$(PYTHON)" -m venv --clear .venv
	$(bin)/pip install --disable-pip-version-check --root-user-action=ignore -c constraints.txt -e '.[embedded,dev]'
	@touch $@

# `exec`: the shell in between would swallow SIGTERM.
run: install ## The shop with databases, demo data, API and worker (PORT=8000); Ctrl-C stops it
	@exec $(bin)/commerce up --port $(PORT)

worker: install ## One more worker
	@exec $(with) $(bin)/commerce worker

test: install ## All tests in parallel, or some: make test t=tests/orders
	$(bin)/pytest -n auto --dist loadscope $(t)

lint: install ## Format, style, types and the order of the modules
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports

format: install ## Format the code and mend what can be mended
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

migration: install ## New migration from the models: make migration m="add gift note"
	@test -n "$$m" || { echo 'Say what it does: make migration m="add gift note"' >&2; exit 1; }
	$(with) $(bin)/alembic revision --autogenerate -m "$$m"

migrate: install ## Apply the migrations
	$(with) $(bin)/commerce migrate

schema: install ## Write schema.graphql
	$(bin)/commerce schema schema.graphql

seed: install ## Load the demo shop
	$(with) $(bin)/commerce seed

bench: install ## Measure, with databases of its own (SIZE=100k for ten times the products)
	$(bin)/python -m benchmarks

clean: ## Remove .venv and caches; the data in .data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist src/*.egg-info
	find src tests migrations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
