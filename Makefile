# The project's commands. A bare `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help run administrator backup restore verify-history dead-links test test-content check fix train messages content-report launch-checks stories understanding bench baseline key \
	privacy-check soak lock sbom audit failures

UV := .tools/bin/uv
PYTHON := .venv/bin/python
# The order of the files is `tests/conftest.py`'s: the longest first.
ALL_CORES := -n auto --dist loadfile --no-loadscope-reorder
EXTRACT := --no-location --omit-header --sort-output -c Translators:

# CycloneDX' own tool (Apache-2.0) and PyPA's (Apache-2.0); each runs in an environment of its own.
SBOM_TOOL := cyclonedx-bom==7.5.0
AUDIT_TOOL := pip-audit==2.10.1

# Rasa reports its use unless told not to; TensorFlow talks about processors.
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export SQLALCHEMY_WARN_20 := 0

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: .venv/run ## Start the chat and the desk; sets up everything that is needed the first time
	@$(PYTHON) -m bot up

administrator: .venv/run ## Invite the first administrator of the desk: make administrator NAME="Ada Jones"
	@$(PYTHON) -m bot administrator "$(NAME)"

backup: .venv/run ## Copy the content and its history into a file: make backup FILE=…
	@$(PYTHON) -m bot backup "$(FILE)"

restore: .venv/run ## Put a backup in place of the database, which is kept: make restore FILE=…
	@$(PYTHON) -m bot restore "$(FILE)"

verify-history: .venv/run ## Check that nobody has changed the history of editing past the desk
	@$(PYTHON) -m bot verify-history

dead-links: .venv/run ## Ask each address of sources and services whether it is still there
	@$(PYTHON) -m bot dead-links

test: .venv/dev ## Run every check and every test, the browser included
	@# Side by side: of training, half is one core's work.
	@$(MAKE) --no-print-directory -j 2 test-content train
	@$(PYTHON) -m pytest $(ALL_CORES) --ignore tests/browser --ignore tests/content
	@# Apart: Playwright leaves an event loop running, which asynchronous tests cannot bear.
	@$(PYTHON) -m pytest $(ALL_CORES) tests/browser

test-content: check
	@# They need no model.
	@$(PYTHON) -m pytest -q --no-header tests/content

check: .venv/dev ## Check style and types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(PYTHON) -m mypy

fix: .venv/dev ## Mend what a tool can mend
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

train: .venv/run ## Train the model if its data or configuration changed
	@$(PYTHON) -m bot train

messages: .venv/dev ## Bring the interface catalogues in step with the code
	@.venv/bin/pybabel -q extract $(EXTRACT) -F babel.cfg -o locales/interface.pot .
	@.venv/bin/pybabel -q extract $(EXTRACT) -F babel-desk.cfg -o locales/desk.pot .
	@for catalogue in interface:es interface:cy interface:pt desk:cy; do \
		.venv/bin/pybabel -q update -i locales/$${catalogue%:*}.pot -d locales \
			-D $${catalogue%:*} -l $${catalogue#*:} \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; done

content-report: .venv/dev ## Report on every answer in every language: var/content-report.html
	@$(PYTHON) -m bot content-report

launch-checks: .venv/run ## List the facts that must be checked before launch, the worst first
	@$(PYTHON) -m bot launch-checks

stories: .venv/run ## Run the story tests and write var/stories/stories.html: make stories ONLY=nrm IN="cy es" CONTENT=live
	@$(PYTHON) -m bot stories --only "$(ONLY)" $(if $(IN),--in $(IN)) $(if $(CONTENT),--content $(CONTENT))

understanding: .venv/dev ## Measure how well unseen messages are understood, language by language
	@$(PYTHON) -m bot train
	@$(PYTHON) -W ignore -m bench.understanding --cross-validate en es cy pt

bench: .venv/dev ## Measure beside Rasa's own default, and write docs/BENCHMARKS.md: BASELINE=FOLDER make bench
	@$(PYTHON) -m bot train
	@$(PYTHON) -W ignore -m bench

baseline: .venv/dev ## Make and train Rasa's own default to measure beside, which takes hours
	@$(PYTHON) -m bench.baseline $(or $(BASELINE),var/baseline)
	@$(PYTHON) -m bench.sizes $(or $(BASELINE),var/baseline)

privacy-check: .venv/dev ## Plant words in conversations through every path, and search for them
	@$(PYTHON) -m bot train
	@PRIVACY_WAIT=60 $(PYTHON) -m pytest -q --log-cli-level=INFO tests/privacy

soak: .venv/dev ## 100,000 turns, and hostile input, and the tests without each protection; an hour
	@$(PYTHON) -m bot train
	@$(PYTHON) -W ignore -m bench.soak

failures: .venv/dev ## Break each part of a service of several processes under load: docs/FAILURES.md
	@$(PYTHON) -m bot train
	@$(PYTHON) -W ignore -m bench.failures

key: .venv/run ## Print a new key for ASSISTANT_STATE_KEYS or ASSISTANT_DESK_KEYS
	@$(PYTHON) -m bot key

sbom: requirements.lock | $(UV) ## Write var/sbom.json: every locked package with its digests (CycloneDX)
	@mkdir -p var
	@PYTHONWARNINGS=ignore $(UV) tool run -q --python 3.10 --from $(SBOM_TOOL) cyclonedx-py requirements \
		--pyproject pyproject.toml --mc-type application --output-reproducible --of JSON \
		-o var/sbom.json requirements.lock
	@echo "Written: var/sbom.json"

audit: requirements.lock | $(UV) ## Ask PyPI for advisories of what is locked, but those judged in docs/ADVISORIES.md
	@$(UV) tool run -q --python 3.10 --from $(AUDIT_TOOL) pip-audit --strict --progress-spinner off \
		--disable-pip --require-hashes -r requirements.lock \
		$$(grep -oE '(CVE|PYSEC)-[0-9]{4}-[0-9]+|GHSA(-[0-9a-z]{4}){3}' docs/ADVISORIES.md | sort -u \
			| sed 's/^/--ignore-vuln /')

lock: $(UV) ## Resolve the dependencies anew
	@$(UV) pip compile -q --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.lock
	@$(UV) pip compile -q --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

# uv is called by its path: `.python-version` hides it behind some interpreter shims.
$(UV):
	@echo "Fetching the installer…"
	@python3 -m venv .tools
	@.tools/bin/pip install -q --disable-pip-version-check uv

.venv: | $(UV)
	@$(UV) venv -q --python 3.10 .venv

# Two marks for two sets of packages: the development set holds the running one.
.venv/run: requirements.lock | .venv
	@test .venv/dev -nt requirements-dev.lock || { \
		echo "Installing the packages…"; \
		$(UV) pip sync -q --compile-bytecode --require-hashes --python $(PYTHON) requirements.lock; }
	@touch $@

.venv/dev: requirements-dev.lock requirements.lock | .venv
	@echo "Installing the packages…"
	@$(UV) pip sync -q --compile-bytecode --require-hashes --python $(PYTHON) requirements-dev.lock
	@touch $@ .venv/run
