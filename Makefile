# Verbs of the workshop. `make test` and `make demo` need nothing but Python 3.11+ and its package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS ?=
BENCH ?=
# What a user gets, and nothing that developers need: msgspec imports typing_extensions where mypy brings it along.
INSTALLED := benchmarks/.work/venv

.PHONY: demo test check fmt bench golden docs clean

$(READY): pyproject.toml requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pratique needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: $(READY)  ## build a real image out of old packages, scan it on the baseline, print the report
	$(BIN)/python -m demo.build demo/image
	@$(BIN)/pratique scan demo/image --advisories baseline; \
	code=$$?; echo "exit code $$code"; test $$code -eq 1

test: $(READY)  ## all tests
	$(BIN)/python -m pytest

check: $(READY)  ## types, style, documents
	$(BIN)/python -m mypy
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python docs/generate.py --check

fmt: $(READY)  ## put code into shape
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

bench:  ## whole processes against the floor and, where they are on PATH (or in PEERS), Trivy and Syft
	$(PYTHON) -m venv $(INSTALLED)
	$(INSTALLED)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	$(INSTALLED)/bin/python -m pip install --quiet --disable-pip-version-check .
	$(INSTALLED)/bin/python -m benchmarks.run $(if $(PEERS),--peers $(PEERS)) $(BENCH)

golden: $(READY)  ## write expected outputs anew; read the diff before you commit it
	PRATIQUE_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/report tests/packages/test_cases.py

docs: $(READY)  ## write generated pages anew
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache demo/image benchmarks/.work
