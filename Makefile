# Each target sets up what it needs. Try: make help

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Given by the environment or as an argument. `value` keeps a "$" in a password as it is.
PORT ?= 8000
LOCAL_DIR ?= .local
override PORT := $(value PORT)
override LOCAL_DIR := $(value LOCAL_DIR)
override ADMIN_PASSWORD := $(value ADMIN_PASSWORD)
export PORT LOCAL_DIR ADMIN_PASSWORD

DEV := .venvs/dev/bin

-include deploy/deploy.mk

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

.PHONY: run
run: .venvs/run/ready .venvs/ministack/ready ## Run it here: PORT=8000 LOCAL_DIR=.local ADMIN_PASSWORD=…
	@exec .venvs/run/bin/python -m dev.run

.PHONY: test
test: ## Run every check and test
	@$(MAKE) --no-print-directory --jobs=3 check tests

# Tests wait now and then, for a browser or a lost answer: one worker more than there are cores.
.PHONY: tests
tests: .venvs/dev/ready .venvs/run/ready .venvs/ministack/ready
	@SCC_CHROMIUM="$$(dev/chromium)" && SCC_FIREFOX="$$(dev/firefox)" && \
	export SCC_CHROMIUM SCC_FIREFOX && \
	workers=$$(($$(getconf _NPROCESSORS_ONLN) + 1)) && \
	exec $(DEV)/python -m pytest --ignore=tests/bench --numprocesses=$$workers --maxprocesses=8 \
	--dist=loadgroup $(ARGS)

.PHONY: check
check: .venvs/dev/ready ## Check format, lint, types and the direction of imports
	$(DEV)/ruff format --check .
	$(DEV)/ruff check .
	$(DEV)/mypy
	$(DEV)/lint-imports

.PHONY: format
format: .venvs/dev/ready ## Format the code and sort its imports
	$(DEV)/ruff check --fix-only --quiet .
	$(DEV)/ruff format .

.PHONY: bench
bench: .venvs/dev/ready .venvs/ministack/ready ## Measure speed and strength (takes long)
	@SCC_CHROMIUM="$$(dev/chromium)" && export SCC_CHROMIUM && \
	exec $(DEV)/python -m pytest tests/bench $(ARGS)

.venvs/run/ready: requirements.txt
	@dev/venv .venvs/run requirements.txt

.venvs/dev/ready: requirements.txt requirements-dev.txt
	@dev/venv .venvs/dev requirements-dev.txt

.venvs/ministack/ready: dev/requirements-ministack.txt
	@dev/venv .venvs/ministack dev/requirements-ministack.txt
