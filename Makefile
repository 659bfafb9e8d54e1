# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCE ?=
export QT_LOGGING_RULES ?= qt.qpa.*=false

# Also tested with: it has no cascade. `constraints.txt` has the one that is installed.
OPENCV5 := 5.0.0.93

.PHONY: run test test-opencv5 lint format screenshots bench soak dist fresh frozen packages licences clean

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

# The pictures of README and guide, from the demo clip; then every state in six looks, in build/gallery.
screenshots: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m fer_desktop.screenshots docs/images
	$(BIN)/python -m tests.gui.gallery build/gallery

bench: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks

# Slow checks: ten minutes of a live window, a real training run.
soak: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m slow --timeout=3600 -s

# What people install; installer/README.md tells more. Built apart from .venv, as a user's computer has it.
BUILD := build/venv
$(BUILD)/.made: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BUILD)
	$(BUILD)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BUILD)/bin/python -m pip install --quiet --constraint constraints.txt --group installer
	touch $@

dist: $(BUILD)/.made
	rm -f dist/*.whl dist/fer_desktop-*.tar.gz
	$(BUILD)/bin/python -m build
	$(BUILD)/bin/twine check --strict dist/*.whl dist/fer_desktop-*.tar.gz

# The wheel as a user gets it: a new environment, the newest versions that it allows.
# CI adds the tested versions: PIN="--constraint constraints.txt".
fresh: dist
	rm -rf build/fresh
	$(PYTHON) -m venv build/fresh
	build/fresh/bin/python -m pip install --quiet --disable-pip-version-check $(PIN) dist/*.whl
	QT_QPA_PLATFORM=offscreen build/fresh/bin/fer-desktop --smoke-test

frozen: dist
	$(BUILD)/bin/python -m pip install --quiet --constraint constraints.txt dist/*.whl
	$(BUILD)/bin/python -m PyInstaller --noconfirm --log-level WARN installer/fer_desktop.spec
	$(BUILD)/bin/python -m installer.size dist/fer-desktop
	QT_QPA_PLATFORM=offscreen dist/fer-desktop/fer-desktop --smoke-test

# Linux; the other systems' commands are in installer/README.md.
packages: frozen
	$(BUILD)/bin/python -m installer.linux.deb dist/fer-desktop dist
	$(BUILD)/bin/python -m installer.linux.tarball dist/fer-desktop dist

licences: $(VENV)/.run
	$(BIN)/python -m installer.licences

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
