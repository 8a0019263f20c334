# Everything from a clean checkout: Python 3.11 to 3.14, and the package registries.

# The first that fits. Another one: make test PYTHON=python3.13, which makes .venv anew.
FITS := import sys; assert (3, 11) <= sys.version_info < (3, 15)
PYTHON ?= $(shell \
	for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(FITS)' 2>/dev/null && echo $$python && exit; done)

# exec: what stops make then reaches the program itself.
EMBEDDED = test "$(PYTHON)" || { echo "Python 3.11 to 3.14 was not found." >&2; exit 1; }; \
	exec $(PYTHON) -I deploy/embedded/bootstrap.py
IN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run servers test test-all faults pictures bench peers lint format messages install lock audit platforms

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile | \
	while read target says; do printf '  make %-10s %s\n' $$target "$$says"; done

run: ## The portal with demo data, in the foreground (PORT=8000; DEMO=0: empty)
	@$(EMBEDDED) run

servers: ## Only a private PostgreSQL and Redis, settings in .local/dev/env
	@$(EMBEDDED) servers

test: ## The suite on servers of its own (ARGS="-k words", ARGS=--cov, AT="2026-12-06 23:30", PYTHON=python3.13)
	@$(EMBEDDED) test -- $(ARGS)

test-all: ## The same with each exploration at full length and every fault
	@$(EMBEDDED) test-all -- $(ARGS)

faults: ## Real processes killed, frozen and misled, a quarter of an hour (ARGS="-k words")
	@$(EMBEDDED) faults -- $(ARGS)

pictures: export PICTURES = docs/pictures
pictures: ## The pictures of README, from the demo as of a fixed day
	@mkdir -p $(PICTURES)
	@$(EMBEDDED) test -- -m e2e tests/e2e/test_pictures.py

bench: ## The performance suite on servers of its own (SCALE=small or full, ARGS=pages, throughput or jobs)
	@$(EMBEDDED) bench -- $(ARGS)

peers: ## The join and the pace of two known workflow engines beside ours (docs/peers.md)
	@$(EMBEDDED) peers -- $(ARGS)

# As in production, where the warnings of the deployment check apply.
lint: export DATABASE_URL = postgresql://portal:portal@127.0.0.1:9/portal
lint: export REDIS_URL = redis://127.0.0.1:9/0
lint: export SECRET_KEY = only-for-the-checks-6fA3kQz9LmT1xW8vB2nC7rY5pD4sH0jG
lint: export ALLOWED_HOSTS = portal.example
lint: export SITE_URL = https://portal.example
lint: export EMAIL_URL = smtp://mail.portal.example:25
lint: export HTTPS = 1
lint: export DEBUG = 0
lint: export DEMO = 0
lint: export SECOND_FACTOR = required
lint: install ## Formatter, linter, types, templates, migrations, deployment check, catalogues
	$(IN)/ruff format --check .
	$(IN)/ruff check .
	$(IN)/mypy
	$(IN)/djlint --lint --quiet templates
	$(IN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(IN)/python manage.py check --deploy --fail-level WARNING
	$(IN)/python manage.py catalogue --check

format: install ## Put the code into its form
	$(IN)/ruff format .
	$(IN)/ruff check --fix .

messages: install ## Collect the messages to translate and compile the catalogues
	@set -a; test -e .local/env && . .local/env; $(IN)/python manage.py catalogue

install: ## The virtual environment only
	@$(EMBEDDED)

lock: ## requirements.txt anew from requirements.in
	@PYTHON="$(PYTHON)" .ci/lock

audit: install ## Whether a locked release has a known hole (asks, changes nothing)
	@$(IN)/python .ci/audit.py

platforms: install ## Whether what is locked installs on every Python and platform (asks, runs nothing)
	@$(IN)/python .ci/platforms.py
