# Everything installs itself into .venv from the lock; nothing needs to be typed before any of these.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: help setup demo test lint format bench accuracy docs screenshots wheel lock clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(INSTALLED): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(INSTALLED) ## install everything, spaCy's models included, into .venv

demo: setup ## build the demo database over HTTP on loopback and serve the site
	$(BIN)/dpawatch demo --db demo.db

test: setup ## run the tests: no network but loopback
	$(BIN)/pytest -n auto --dist loadfile

lint: setup ## formatter, rules, types, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python docs/generate.py --check

format: setup ## let the formatter and the safe fixes have their way
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure: the straight line on real pages where a corpus lies beside the checkout, and the reading speed
	$(BIN)/python benchmarks/analyze.py --growth
	@for texts in ../shared/corpus/gdprhub.jsonl.gz ../shared/corpus/news.jsonl.gz; do \
	  if [ -f $$texts ]; then $(BIN)/python benchmarks/analyze.py --texts $$texts; else echo "no $$texts: left out"; fi; done
	-$(BIN)/python benchmarks/poll.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/backfill.py
	$(BIN)/python benchmarks/mutations.py --number 1000
	@if [ -d benchmarks/gold ]; then $(BIN)/python benchmarks/duplicates.py; else echo "no gold: copies left out"; fi
	@for pages in ../shared/corpus/gdprhub_pages.tar.gz; do \
	  if [ -f $$pages ]; then $(BIN)/python benchmarks/replay.py $$pages; else echo "no corpus: replay left out"; fi; done

accuracy: setup ## measure how right the readings are, write docs/accuracy.md, and fail where a figure is below its floor
	$(BIN)/python benchmarks/accuracy.py --write --check

docs: setup ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

screenshots: setup ## take the README's pictures anew, from the demo in an installed Chromium
	$(BIN)/python docs/screenshots.py

wheel: setup ## build the wheel into dist/
	rm -rf dist && $(BIN)/python -m hatchling build -t wheel

lock: setup ## resolve the dependencies anew
	$(BIN)/$(LOCK) pyproject.toml --output-file requirements.lock
	$(BIN)/$(LOCK) pyproject.toml --extra scale --group dev --output-file requirements-dev.lock

clean: ## remove what make made
	rm -rf .venv dist demo.db demo.db-* demo.db.lock
