# Needs make and Python 3.11 or newer. `make help` lists what it can do.
# Paths are relative, because make cannot hold one with a space in it.

.DEFAULT_GOAL := help
.PHONY: help run test check bench manage shell seed lock clean
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
INSIDE := .venv/bin/python
# With services of your own, the embedded ones need not be installed.
RUN_LOCK := $(if $(and $(DATABASE_URL),$(REDIS_URL)),production,run)

define install
@command -v "$(PYTHON)" >/dev/null || { \
  echo "Peerloom needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or name it: make $@ PYTHON=/path/to/python3" >&2; exit 1; }
@"$(PYTHON)" requirements/install.py
endef

# Values of no use to anybody, to see that the settings of production are in order.
PRODUCTION := DEBUG=false DATABASE_URL=postgresql://check@127.0.0.1/check REDIS_URL=redis://127.0.0.1/0 \
  SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz ALLOWED_HOSTS=peerloom.example \
  SITE_URL=https://peerloom.example DEFAULT_FROM_EMAIL=peerloom@peerloom.example EMAIL_HOST=mail.example

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: ## start everything on http://127.0.0.1:8000 (PORT=… for another), Ctrl-C stops it
	$(install) $(RUN_LOCK)
	@exec $(INSIDE) -m config.run

test: ## run every test; ARGS="tests/circles -n 0" for some
	$(install) test
	@exec $(INSIDE) -m pytest $(ARGS)

check: ## lint, types, imports, migrations, and the settings of production
	$(install) test
	@echo "— ruff" && $(INSIDE) -m ruff check . && $(INSIDE) -m ruff format --check .
	@echo "— templates" && find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --check --target-version 5.2
	@echo "— types" && $(INSIDE) -m mypy
	@echo "— imports" && $(INSIDE) -c "from importlinter.cli import lint_imports_command as main; main()"
	@echo "— migrations" && $(INSIDE) manage.py makemigrations --check --dry-run
	@PEERLOOM_CHECKS=true $(INSIDE) manage.py check --fail-level WARNING
	@echo "— production settings" && $(PRODUCTION) $(INSIDE) manage.py check --deploy --fail-level WARNING

bench: ## measure the pages with a large organisation
	$(install) test
	@exec $(INSIDE) -m bench $(ARGS)

manage: ## run a Django command: make manage ARGS="import_people people.csv"
	$(install) $(RUN_LOCK)
	@exec $(INSIDE) manage.py $(ARGS)

shell: ## a Python prompt with the models at hand
	$(install) $(RUN_LOCK)
	@exec $(INSIDE) manage.py shell

seed: ## load a demo organisation into an empty database: make seed ARGS="--members 5000 --seed 2"
	$(install) $(RUN_LOCK)
	@exec $(INSIDE) manage.py seed_demo $(if $(ARGS),$(ARGS),--members 300 --seed 1)

lock: ## choose the newest allowed versions anew and write requirements/*.txt (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@for lock in "test --all-extras" "run --extra embedded" "production"; do \
	  set -- $$lock; name=$$1; shift; \
	  uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" --annotation-style line \
	    $$([ "$$name" = test ] || echo --constraint requirements/test.txt) \
	    "$$@" --output-file "requirements/$$name.txt" pyproject.toml || exit 1; \
	done

clean: ## delete .venv and the development data in var/ (stop `make run` first)
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
