# make hunt   finds races and deadlocks in the built-in scenarios (ARGS="…" goes to `race-explorer hunt`)
# make test   lint, types and tests
# Both first make what they need, inside this folder; only `make browser`, which `make test` runs too,
# installs packages of the system, and only as root: Debian's Chromium for the tests of pages.

# The interpreter for .venv. Left empty, it is the first of these that works.
PYTHON     ?=
PREFERENCE := python3.11 python3.12 python3.13 python3
# A saved case must replay the same on each of these: .venvs/3.X holds the package under 3.X.
VERSIONS   := 3.11 3.12 3.13
ARGS       ?=

BIN := .venv/bin

.DEFAULT_GOAL := test
.PHONY: catalogue gallery hunt test browser lint format types versions native bench clean
.DELETE_ON_ERROR:

# Shell text: sets $python to the first of the given names that really is a supported Python able to
# make environments, else to nothing. Each is tried by running it, since a pyenv shim can be on the
# PATH for a version that is not switched on; pyenv's own copies of that version come next.
SUPPORTED   := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
find_python  = python=; \
	for name in $(1); do \
	  for candidate in "$$name" "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$${name\#python}.*[0-9]/bin/"$$name"; do \
	    if "$$candidate" -c '$(SUPPORTED)' >/dev/null 2>&1; then python=$$candidate; break 2; fi; \
	  done; \
	done

# Shell text: an environment at $(1), made by $python, with the package (editable) and its extras $(2).
# $(3) is set for pip: in .venv the engine is compiled by `native`, not by pip.
# One that was complete is only brought up to date, so that others may go on using it meanwhile.
make_environment = \
	if [ -e $(1)/.ready ] && $(1)/bin/python -c '$(SUPPORTED)' 2>/dev/null; then \
	  echo "$(1): bringing up to date"; \
	else \
	  echo "$(1): setting up with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(1); \
	fi && \
	$(3) $(1)/bin/python -m pip install -qq --disable-pip-version-check --editable '.$(2)' && \
	touch $(1)/.ready

.venv/.ready: pyproject.toml
	@$(call find_python,$(or $(PYTHON),$(PREFERENCE))); \
	if [ -z "$$python" ]; then \
	  echo "No working Python 3.11, 3.12 or 3.13 with venv among: $(or $(PYTHON),$(PREFERENCE))." >&2; \
	  echo "Install one, or name it: make PYTHON=path/to/python3" >&2; \
	  exit 1; \
	fi; \
	$(call make_environment,.venv,[dev],RACE_EXPLORER_PURE=1) && \
	echo "$(PYTHON)" > .venv/.asked-for

# Naming another interpreter than last time makes the environment anew.
ifneq ($(PYTHON),)
ifneq ($(PYTHON),$(shell cat .venv/.asked-for 2>/dev/null))
.venv/.ready: forget
.PHONY: forget
forget:
	@rm -rf .venv
endif
endif

# One target per version, so that a missing interpreter costs a line and a finished one nothing.
VERSION_TARGETS := $(VERSIONS:%=version-%)
.PHONY: $(VERSION_TARGETS)
versions: $(VERSION_TARGETS)
$(VERSION_TARGETS): version-%: native
	@if [ .venvs/$*/.ready -nt pyproject.toml ] && .venvs/$*/bin/python -c '' 2>/dev/null; then exit 0; fi; \
	$(call find_python,python$*); \
	if [ -z "$$python" ]; then \
	  rm -rf .venvs/$*; \
	  echo ".venvs/$*: skipped, no working python$* here"; \
	else \
	  $(call make_environment,.venvs/$*,,); \
	fi

# The engine as machine code, compiled anew (half a minute) where its sources have changed. Without a C
# compiler that is said, and everything works as Python.
native: .venv/.ready
	@$(BIN)/python hatch_build.py

# Finding bugs is what it is for: 1 (found) is success here, and 0 (nothing found) is not.
hunt: native
	@$(BIN)/race-explorer hunt $(ARGS); status=$$?; \
	case $$status in \
	  1) ;; \
	  0) echo "make hunt: the hunt found nothing" >&2; exit 1 ;; \
	  *) exit $$status ;; \
	esac

test: lint types native versions browser
	$(BIN)/pytest -n 2

# What tests/browser needs: Chromium with its driver, and axe-core, a checker of accessibility. Where
# one of them cannot be had, that is said, and the tests that need it are skipped.
AXE := .browser/node_modules/axe-core/axe.min.js
browser:
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then :; \
	elif [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	  echo "browser: skipped, no chromium and chromedriver here, and no right to install them"; \
	elif apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes chromium chromium-driver >/dev/null; then :; \
	else echo "browser: skipped, chromium and chromium-driver cannot be installed"; fi
	@if [ -e $(AXE) ]; then :; \
	elif ! command -v npm >/dev/null; then echo "browser: no axe-core, there is no npm here"; \
	elif npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
	  --prefix .browser axe-core@4 >/dev/null; then :; \
	else echo "browser: no axe-core, npm cannot get it"; fi

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready
	$(BIN)/mypy --strict explorer strategies

format: .venv/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The committed cases and pictures in reports/, made anew, and pages of them all in build/gallery/.
gallery: native
	$(BIN)/python -m tests.gallery.making
	$(BIN)/race-explorer report reports reports/catalogue -o build/gallery

# docs/catalogue.md, measured anew.
catalogue: native
	$(BIN)/python benchmarks/catalogue.py $(ARGS)

bench: native
	$(BIN)/python benchmarks/engine.py $(ARGS)

clean:
	rm -rf .venv .venvs .browser explorer/_native .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
