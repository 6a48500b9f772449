# One word each. Everything but `setup` sets up by itself when needed.
PYTHON ?= python3
PY = .venv/bin/python
MADE = .venv/.made-from-lock
RUNS = .venv/.runs-from-lock
# They have done their work once the command is installed.
BUILDERS = hatchling trove-classifiers pathspec pluggy setuptools pip
# What is installed already is enough to run.
INSTALLED = $(if $(wildcard $(MADE)),$(MADE),$(if $(wildcard $(RUNS)),$(RUNS),$(MADE)))
READY = $(if $(filter setup-run,$(MAKECMDGOALS)),$(RUNS),$(INSTALLED))

CATALOGS = $(patsubst %.po,%.mo,$(wildcard bot/i18n/locales/*/LC_MESSAGES/easel.po))

# Where it is set, every process of the tests would compile all it imports again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-run run test quick check fix translations screenshots bench chaos storm soak fuzz lock

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/'

setup: $(MADE) $(CATALOGS) ## .venv with everything in requirements.lock, the command easel, and the translations

setup-run: $(RUNS) $(CATALOGS) ## .venv with only what runs Easel, without the tools to develop it

define PREPARE
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Easel needs Python 3.11 or newer; try: make PYTHON=python3.12 setup"; exit 1; }
	$(PYTHON) -m venv .venv
endef

# Where .venv is a link, its command stays that of the checkout whose it is.
define FINISH
	@test -L .venv || $(PY) -m pip install --quiet --disable-pip-version-check \
		--no-index --no-deps --no-build-isolation --editable .
	@# Decoders write no compiled modules: without these, each would compile all that it loads.
	$(PY) -m compileall -q -j 0 bot handlers storage
endef

$(MADE): requirements.lock
	$(PREPARE)
	@echo "Installing what runs Easel, and the tools to develop and test it (make setup-run: without those)"
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@# Pip would compile on one core; some packages hold files that are no Python.
	@test -L .venv || $(PY) -m compileall -qq -j 0 .venv/lib || true
	$(FINISH)
	@$(PY) deploy/packages.py sizes
	@touch $(MADE)

# Of what is there with the tools, parts would be missing: it begins with an empty .venv.
$(RUNS): requirements.lock pyproject.toml
	@test ! -e $(MADE) || test -L .venv || rm -rf .venv
	$(PREPARE)
	@echo "Installing what runs Easel, without the tools to develop and test it"
	@$(PYTHON) deploy/packages.py lock > .venv/running.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r .venv/running.lock
	@test -L .venv || $(PY) deploy/packages.py slim
	@test -L .venv || $(PY) deploy/precompile.py
	$(FINISH)
	@test -L .venv || $(PY) -m pip uninstall --quiet --yes $(BUILDERS)
	@$(PY) deploy/packages.py sizes
	@touch $(RUNS)

# Without them the translations are compiled in memory at the start.
%.mo: %.po | $(READY)
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@

run: $(READY) $(CATALOGS) ## the service if Slack tokens are set, else the playground
	@$(PY) -m bot

test: $(MADE) ## all tests on all cores; the browser's only where Chromium is installed
	@$(PY) -m pytest -q -n auto --dist worksteal --durations 10

# The command line's tests start whole processes: a fifth of the time, and seldom what a change needs.
quick: $(MADE) ## unit and storage tests, without the command line's: what a change usually needs
	@$(PY) -m pytest -q -n auto --dist worksteal tests/unit tests/storage --ignore tests/unit/cli tests/test_rules.py tests/test_words.py

check: $(MADE) ## format, lint, types, import contracts, manifest
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --num-workers auto
	.venv/bin/lint-imports
	$(PY) -m pytest -q tests/test_manifest.py

fix: $(MADE) ## what a machine can put right
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

translations: $(MADE) ## renew the catalogues from the sentences in the source; lists what is untranslated
	@$(PY) -m bot.i18n

screenshots: $(MADE) ## the pictures of the README, from the playground; needs Chromium
	@$(PY) -m tests.playground.screenshots

bench: $(MADE) ## measure against a floor; prints the table of docs/performance.md
	@$(PY) -m bench

chaos: $(MADE) ## kill the service at random moments while everything fails; SEEDS=5 runs five
	@$(PY) -m tests.chaos --seeds $(or $(SEEDS),1)
	@$(PY) -m tests.chaos --seeds 1 --questions 300 --kills 10 --terms 4 --full-disk
	@$(PY) -m tests.chaos --seeds 1 --questions 300 --kills 10 --terms 4 --refresh
	@$(PY) -m tests.chaos --seeds 1 --questions 300 --kills 4 --terms 2 --poison
	@$(PY) -m tests.chaos --seeds $(or $(SEEDS),1) --questions 300 --threads 60 --kills 10 --terms 4 --steer
	@$(PY) -m tests.chaos --seeds $(or $(SEEDS),1) --replicas 3
	@$(PY) -m tests.chaos --seeds 1 --questions 300 --threads 60 --kills 10 --terms 4 --replicas 3 --steer

storm: $(MADE) ## only the storm of three replicas on PostgreSQL, which is killed too; SEEDS=5 runs five
	@$(PY) -m tests.chaos --seeds $(or $(SEEDS),1) --replicas 3
	@$(PY) -m tests.chaos --seeds $(or $(SEEDS),1) --questions 300 --threads 60 --kills 10 --terms 4 --replicas 3 --steer

soak: $(MADE) ## let everything around one process fail for a while, 40 minutes long; MINUTES=5 is shorter
	@$(PY) -m tests.chaos --soak $(or $(MINUTES),40)

fuzz: $(MADE) ## read 10,000 damaged files, escape 100,000 texts, try many examples; SEED=7 makes others
	@$(PY) -m tests.fuzz --files 10000 --seed $(or $(SEED),1)
	@$(PY) -m tests.fuzz --texts 100000 --seed $(or $(SEED),1)
	@$(PY) -m tests.fuzz --facts 10000 --seed $(or $(SEED),1)
	@EASEL_THOROUGH=1 $(PY) -m pytest -q -n auto --dist worksteal -m hypothesis
	@EASEL_THOROUGH=1 $(PY) -m pytest -q -n auto tests/security/long_texts

lock: ## renew requirements.lock (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--extra dev --extra fonts --no-header --quiet --upgrade -o requirements.lock pyproject.toml
