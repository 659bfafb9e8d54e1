# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCE ?=
export QT_LOGGING_RULES ?= qt.qpa.*=false

# Also tested with: it has no cascade. `constraints.txt` has the one that is installed.
OPENCV5 := 5.0.0.93

.PHONY: run test test-opencv5 lint format screenshots bench soak clean

# The program alone. Offline machines: PIP_NO_INDEX and PIP_FIND_LINKS are honoured as usual.
$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

# The program, the laboratory and all that checks them.
$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[training]" --group dev
	touch $@

run: $(VENV)/.run
	$(BIN)/fer-desktop $(SOURCE)

test: lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest
	$(MAKE) test-opencv5

# What reads pictures and films, once more with OpenCV 5, which lies beside the environment, not in it.
test-opencv5: $(VENV)/opencv-$(OPENCV5)
	QT_QPA_PLATFORM=offscreen PYTHONPATH=$< $(BIN)/python -m pytest tests/vision tests/capture tests/contract

$(VENV)/opencv-$(OPENCV5): $(VENV)/.dev
	rm -rf $@
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $@ "opencv-python-headless==$(OPENCV5)"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pictures of README and guide, from the demo clip.
screenshots: $(VENV)/.run
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m fer_desktop.screenshots docs/images

bench: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks

# Slow checks: ten minutes of a live window, a real training run.
soak: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m slow --timeout=3600 -s

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
