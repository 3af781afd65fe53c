# Every target sets up what it needs first; a second call finds it in place.
# ARGS is handed on, e.g. `make test ARGS="tests/web -x"` or `make demo ARGS=--reset`.

PREPARE = sh infra/setup/prepare.sh
BIN = .venv/bin

# Our own code is compiled once, as the libraries' is, and not at each of a hundred starts.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL = help
.PHONY: help demo test lint types style format features docs bench clean

help:
	@echo 'make demo      set up and serve the four demo tenants (Ctrl-C stops all of it)'
	@echo 'make test      run every test'
	@echo 'make lint      style, types, layers, generated pages'
	@echo 'make format    put the code into the house style'
	@echo 'make features  the table of features and the tests that prove them'
	@echo 'make docs      take the pictures of the tutorial anew'
	@echo 'make bench     measure'
	@echo 'make clean     remove what was set up and built; the data of the demo stays'

# exec: Ctrl-C and SIGTERM reach creneau itself, and nothing of ours stays between.
demo:
	@$(PREPARE) demo && exec $(BIN)/creneau demo $(ARGS)

# All of it in as many processes as there are processors, a file at a time, the longest first;
# what is named by hand in one.
ARGS_OF_TESTS = $(or $(ARGS),$(PARALLEL))
PARALLEL = -n auto --dist loadfile --no-loadscope-reorder

test:
	@$(PREPARE) test && exec $(BIN)/pytest $(ARGS_OF_TESTS)

# The types take as long as all the rest, and another processor.
lint:
	@$(PREPARE) tools
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types style

types:
	@$(PREPARE) tools
	$(BIN)/pyright

style:
	@$(PREPARE) tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.features --check

format:
	@$(PREPARE) tools
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

features:
	@$(PREPARE) tools && exec $(BIN)/python -m tests.features

# With the browser and its packages, as for the tests.
docs:
	@$(PREPARE) test && exec $(BIN)/python docs/pictures.py

bench:
	@$(PREPARE) demo && exec $(BIN)/python bench/run.py $(ARGS)

clean:
	rm -rf .venv .uv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf web/node_modules web/creneau_web/static/vendor
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
