# Two commands for newcomers: `make demo` and `make test`. Nothing but Python (3.11 or newer), pip and make is needed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
OUT ?= out

.PHONY: demo test check bench bench-peers batch accuracy blame calibrate fuzz unseen paraphrase lock docs fixtures clean

demo: .venv/ready
	$(BIN)/juesuan convert fixtures/pdfs -o $(OUT)

test: .venv/ready
	$(BIN)/python -m pytest -n 2

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m bench.speed

bench-peers: .venv/ready
	$(BIN)/python -m bench.peers.setup
	$(BIN)/python -m bench.peers.compare

batch: .venv/ready
	$(BIN)/python -m bench.batch

accuracy: .venv/ready
	$(BIN)/python -m bench.accuracy

unseen: .venv/ready
	$(BIN)/python -m bench.unseen

paraphrase: .venv/ready
	$(BIN)/python -m bench.paraphrase

blame: .venv/ready
	$(BIN)/python -m bench.blame

calibrate: .venv/ready
	$(BIN)/python -m bench.calibrate fit
	$(BIN)/python -m bench.calibrate check

fuzz: .venv/ready
	$(BIN)/python -m bench.fuzz --count 18000 --fast
	$(BIN)/python -m bench.fuzz --count 2000 --seed 2

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --group dev --upgrade -q pyproject.toml -o requirements.lock

docs: .venv/ready
	$(BIN)/python -m tools.dictionary .
	$(BIN)/python -m tools.reference .

clean:
	rm -rf .venv out build dist

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch .venv/ready
