# Every target brings its own environment: .venv is built from requirements.lock when it is missing or older than it.
PYTHON ?= python3
ARGS ?=
KILLS ?= 1000
SEED ?=
BIN := .venv/bin
READY := .venv/.ready
NAMELESS := --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: run test faults check format lock setup clean

run: $(READY) ## everything on this machine; make run ARGS=--once ends with the first order
	$(BIN)/order-tracker local $(ARGS)

test: $(READY) ## the suite but for kills; make test ARGS="tests/flows -k held"
	$(BIN)/pytest --ignore=tests/faults $(ARGS)

faults: $(READY) ## crash points by name, then a random walk of kills, judged by the sandbox; make faults KILLS=100 SEED=7
	$(BIN)/pytest tests/faults
	PYTHONPATH=tests $(BIN)/python tests/faults/fault_walk.py --kills $(KILLS) $(if $(SEED),--seed $(SEED)) $(ARGS)

check: $(READY) ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 0 tests/test_floors.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lock: $(READY) ## resolve again; versions and hashes, no index address
	$(BIN)/pip-compile --quiet --upgrade --extra local --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
	  $(NAMELESS) --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header $(NAMELESS) \
	  --build-deps-for wheel --constraint requirements.lock --output-file deploy/requirements.lock pyproject.toml
	@$(MAKE) setup

clean:
	rm -rf .venv .local
