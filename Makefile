# Every target brings its own environments: each is built from its lock when it is missing or older than it.
PYTHON ?= python3
ARGS ?=
KILLS ?= 1000
SEED ?=
ROWS ?=
BIN := .venv/bin
READY := .venv/.ready
SDK := .sdk/.ready
NAMELESS := --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: run test faults bench image-steps check format lock sdk setup clean

run: $(READY) ## everything on this machine; make run ARGS=--once ends with the first order
	$(BIN)/order-tracker local $(ARGS)

test: $(READY) $(SDK) ## the suite but for kills and the image; make test ARGS="tests/flows -k held"
	tests/programs.sh
	$(BIN)/pytest --ignore=tests/faults --ignore=tests/image $(ARGS)

faults: $(READY) $(SDK) ## crash points by name, then a random walk of kills, judged by the sandbox; make faults KILLS=100 SEED=7
	$(BIN)/pytest tests/faults
	PYTHONPATH=tests $(BIN)/python tests/faults/fault_walk.py --kills $(KILLS) $(if $(SEED),--seed $(SEED)) $(ARGS)

image-steps: $(READY) ## what deploy/Dockerfile does to build the image, without Docker
	$(BIN)/pytest -n 0 tests/image

bench: $(READY) ## speed, against the stock way and the limit; make bench ROWS=accept,callback
	PYTHONPATH=tests:tests/bench $(BIN)/python tests/bench/bench.py --rows "$(ROWS)"

check: $(READY) ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 0 tests/test_floors.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: $(READY) $(SDK)

sdk: $(SDK) ## Bandwidth's own SDK, whose pins are old, in an environment of its own: .sdk

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(SDK): tests/sdk/requirements.lock
	$(PYTHON) -m venv --clear .sdk
	.sdk/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/sdk/requirements.lock
	@touch $@

lock: $(READY) ## resolve again; versions and hashes, no index address
	$(BIN)/pip-compile --quiet --upgrade --extra local --extra otel --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
	  $(NAMELESS) --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header $(NAMELESS) \
	  --constraint requirements.lock --output-file deploy/requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --extra otel --generate-hashes --strip-extras --no-header $(NAMELESS) \
	  --constraint requirements.lock --output-file deploy/otel.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header $(NAMELESS) --build-deps-for wheel \
	  --only-build-deps --constraint requirements.lock --output-file deploy/build.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-header $(NAMELESS) \
	  --output-file tests/sdk/requirements.lock tests/sdk/requirements.in
	@$(MAKE) setup

clean:
	rm -rf .venv .sdk .local
