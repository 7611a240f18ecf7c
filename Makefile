# make run | demo | test | check | bench | package | smoke; each sets up what it needs first.
PYTHON ?= python3
VENV := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)

.PHONY: setup run demo test test-backends check bench docs package smoke lock screenshots looks clean

setup:
	@$(PYTHON) packaging/setup_environment.py

run: setup
	@$(VENV)/python packaging/run.py

demo: setup
	@$(VENV)/python benchmarks/demo.py --out demo

# Each of these processes can take 2 GB of memory: TensorFlow gives none back.
TEST_PROCESSES ?= 2

test: setup
	$(VENV)/python -m pytest -q -n $(TEST_PROCESSES) --dist loadfile

# Those of Keras's backends that are installed: pip install jax, torch.
test-backends: setup
	$(VENV)/python -m pytest tests/backends

check: setup
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m pytest -q tests/test_house_rules.py

bench: setup
	$(VENV)/python benchmarks/window.py
	$(VENV)/python benchmarks/formats.py

# The pages of docs/ as a site in build/docs.
docs: setup
	$(VENV)/python -m sphinx -W --keep-going -q -d build/doctrees docs build/docs
	@echo "Open build/docs/index.html"

# The program that needs no Python, in dist. BOXWRIGHT_PACKAGE_GPU=1: with what graphics cards need, where that is installed.
package: setup
	@$(VENV)/python packaging/make_package.py

# The built program does its main jobs by itself in an empty home, without Python; screenshots in dist/smoke.
smoke:
	@$(PYTHON) packaging/smoke_test.py dist/Boxwright

# The pictures of the docs and of the README; trains a model meanwhile.
screenshots: setup
	$(VENV)/python benchmarks/docs_screenshots.py --out docs/images

# Every page in light and dark, at several sizes and scales, in build/looks; --keep: so they are meant to look.
looks: setup
	$(VENV)/python benchmarks/looks.py --out build/looks

# The lock is one list of exact versions for every supported Python and system; `uv` must be on the path.
# ai-edge-litert asks for backports-strenum on every Python; from 1.3 on it refuses to install on 3.11 and later.
lock:
	echo 'backports-strenum<1.3' | uv pip compile pyproject.toml --extra dev --extra gpu --universal --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header --upgrade --constraint - --output-file requirements.lock

clean:
	rm -rf .venv build dist demo *.egg-info
