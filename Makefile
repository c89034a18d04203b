# The verbs of the project. `make demo` and `make test` work from a clean clone with only Python >= 3.11, pip and make.
PYTHON ?= $(shell scripts/find-python)
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
FUZZ_RUNS ?= 100000

.PHONY: help install demo test test-live check bench fuzz chaos clean

help:
	@echo "make install    create .venv with .venv/bin/remora"
	@echo "make demo       leave a session, kill the host, come back: the main job, end to end"
	@echo "make test       the tests that need nothing but Python packages"
	@echo "make test-live  the tests with third-party clients and Debian packages"
	@echo "make check      lint, types, layers"
	@echo "make bench      side-by-side benchmarks against named peers"
	@echo "make fuzz       long property runs over every decoder, and atheris against the host's gate"
	@echo "make chaos      long runs that kill and cut at random, and fleets of thousands"

install: $(VENV)/.installed

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "remora needs Python 3.11 or later; none was found" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	$(BIN)/python -m compileall -q src/remora  # a start must not compile, even where bytecode is not written by itself
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

$(VENV)/wheels/.kerberos: $(VENV)/.installed  # built from source: after the Debian packages
	$(BIN)/python -m pip wheel --quiet --constraint constraints.txt --wheel-dir $(VENV)/wheels gssapi krb5
	@touch $@

$(VENV)/.kerberos: $(VENV)/.dev $(VENV)/wheels/.kerberos
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --find-links $(VENV)/wheels --editable ".[kerberos]"
	@touch $@

demo: install
	@$(BIN)/remora demo

test: $(VENV)/.dev
	$(PYTEST) tests -n auto --dist loadfile -m "not live and not debian and not dask"

test-live: $(VENV)/.dev
	scripts/live-packages
	$(MAKE) --no-print-directory $(VENV)/.kerberos
	$(PYTEST) tests -n auto --dist loadfile -m "live or debian or dask"

check: $(VENV)/.dev
	scripts/check $(BIN)

bench: $(VENV)/.dev
	$(BIN)/python -m bench

fuzz: $(VENV)/.dev
	REMORA_PROFILE=fuzz $(PYTEST) tests/properties -n auto -p no:randomly --timeout 3600
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group fuzz
	mkdir -p build/corpus
	$(BIN)/python -m tests.fuzz build/corpus tests/fuzz/corpus -runs=$(FUZZ_RUNS) -max_len=2048 -timeout=60 -artifact_prefix=build/

chaos: $(VENV)/.dev
	REMORA_PROFILE=chaos $(PYTEST) tests/chaos --timeout 3600
	REMORA_TARGETS=2000 $(PYTEST) tests/client/test_dask.py
	REMORA_TARGETS=10000 $(PYTEST) tests/cli/test_run_many.py -k some_are_dead

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
