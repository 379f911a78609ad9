# `make help` lists what can be done. Everything that is installed goes into .tools and .venv in this folder.

PYTHON ?= python3
ENV ?= default
TOOLS := $(CURDIR)/.tools

export UV := $(TOOLS)/uv/bin/uv
export SAM := $(TOOLS)/sam/bin/sam
export UV_CACHE_DIR ?= $(TOOLS)/cache
export UV_SYSTEM_CERTS := 1# uv's own list of authorities lacks those of company proxies
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export SAM_CLI_TELEMETRY := 0
export npm_config_cache ?= $(TOOLS)/npm-cache
export NODE_USE_SYSTEM_CA := 1# and so does Node's

LOCAL := $(TOOLS)/local/bin/python
NPM := $(TOOLS)/nodejs/bin/npm --no-audit --no-fund --no-update-notifier --ignore-scripts
RUN := .venv/bin/python -m
CODE := functions:layers/core

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# ------------------------------------------------------------------ on this machine
.PHONY: demo tour docs reports up down token desktop tail
demo: .tools/local.done .tools/sam.done .tools/cometd.done ## play the documented exchange on the embedded AWS
	@$(LOCAL) -m local demo

tour: .tools/local.done .tools/sam.done ## play a whole conversation with its notifications, on the stack that runs or one of its own
	@$(LOCAL) -m local tour

docs: .tools/local.done .tools/sam.done ## play the tour, and put what it shows into docs/
	@$(LOCAL) -m local docs

reports: .tools/local.done .tools/sam.done ## deploy examples/reports beside the stack that runs, to count dispositions
	@$(LOCAL) -m local reports

up: .tools/local.done .tools/sam.done ## start the stack in the background, or deploy to it again; PORT=8080
	@$(LOCAL) -m local up $(if $(PORT),--port $(PORT))

down: .tools/local.done ## stop the stack
	@$(LOCAL) -m local down

token: .tools/local.done ## log an agent in: AGENT=name
	@$(LOCAL) -m local token "$$AGENT"

desktop: .tools/local.done .tools/cometd.done ## serve examples/desktop, an agent's desktop for the stack that runs; PORT=9000
	@$(LOCAL) -m local desktop $(if $(PORT),--port $(PORT))

tail: .tools/local.done ## print notifications as they come
	@$(LOCAL) -m local tail

# ------------------------------------------------------------------ on AWS
.PHONY: build deploy status redrive forget dispositions load cost report
STACK ?= $(or $(STACK_NAME),facebook-sessions)
build: .tools/sam.done ## build for AWS; ENV=default or prod, a section of samconfig.toml
	@$(TOOLS)/sam/bin/python layers/build.py $(ENV)

deploy: .tools/sam.done ## deploy what was built to AWS; without a terminal it asks nothing; ENV as for build
	@$(SAM) deploy --config-env $(ENV) $$([ -t 0 ] || echo --no-confirm-changeset)

status: .venv/done ## say whether something is wrong with a stack, and how it is; STACK=facebook-sessions
	@PYTHONPATH=$(CODE) $(RUN) operate status '$(STACK)'

redrive: .venv/done ## announce what could not be announced, once that is mended; STACK=facebook-sessions
	@PYTHONPATH=$(CODE) $(RUN) operate redrive '$(STACK)'

forget: .venv/done ## remove a session and all that the stack holds of it: SESSION=id; STACK=facebook-sessions
	@PYTHONPATH=$(CODE) $(RUN) operate forget '$(STACK)' "$$SESSION"

dispositions: .venv/done ## put a policy: FILE=path, CHECK=1 to only look; or print one: VERSION=n; STACK=facebook-sessions
	@PYTHONPATH=$(CODE) $(RUN) operate dispositions '$(STACK)' "$$FILE" "$$CHECK" "$$VERSION"

load: .venv/done ## drive the stack of make up, or STACK, with desktops: N=20 SECONDS=60 RATE=requests a second
	@PYTHONPATH=$(CODE) $(RUN) operate.load '$(if $(filter file,$(origin STACK)),,$(STACK))' \
	  '$(or $(N),20)' '$(or $(SECONDS),60)' '$(RATE)'

cost: .venv/done ## what it costs by AWS' list prices, item by item, by what the functions ask of AWS
	@PYTHONPATH=$(CODE) $(RUN) operate.cost

REPORTS ?= disposition-reports
DAYS ?= 7
OUT ?= .local/report.html
report: export MPLCONFIGDIR := $(CURDIR)/.local/matplotlib
report: .venv/done ## show the dispositions that examples/reports counted; DAYS=7 OUT=.local/report.html
	@PYTHONPATH=examples/reports:examples/reports/src $(RUN) disposition_report '$(STACK)' '$(REPORTS)' '$(DAYS)' '$(OUT)'

# ------------------------------------------------------------------ checks
.PHONY: check code templates scan audit test others unit soak mutants integration e2e prove browser bench contract format
check: .venv/done .tools/sam.done .tools/scan.done ## format, lint, types, templates, the contract's files
	@$(MAKE) --no-print-directory -j2 code templates scan

code: .venv/done
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	PYTHONPATH=$(CODE) $(RUN) contract --check

templates: .venv/done .tools/sam.done
	.venv/bin/cfn-lint template.yaml examples/subscriber/template.yaml examples/reports/template.yaml
	$(SAM) validate --lint --region us-east-1

scan: export BC_API_KEY := # with which checkov would ask its makers
scan: .tools/scan.done ## hold the templates against checkov's rules; the exceptions are in .checkov.yaml
	@$(TOOLS)/scan/bin/checkov --config-file .checkov.yaml >$(TOOLS)/scan.log 2>&1 && \
	  ! grep -q 'Parsing errors' $(TOOLS)/scan.log || { cat $(TOOLS)/scan.log; exit 1; }
	@grep Passed $(TOOLS)/scan.log

audit: export REQUESTS_CA_BUNDLE ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)# company proxies' authorities, as for uv
audit: .venv/done .tools/scan.done ## ask which pinned packages have known vulnerabilities, where the network allows it
	@$(RUN) tests.audit

test: check .tools/local.done .tools/cometd.done ## all checks and all tests; those on the embedded AWS beside the others
	@$(MAKE) --no-print-directory -j2 others e2e
	@echo "Not among these tests: make prove, and make browser, which needs Chromium."

others: .venv/done .tools/sam.done
	$(RUN) pytest tests/unit tests/integration

unit: .venv/done .tools/sam.done ## the tests without sockets
	$(RUN) pytest tests/unit

soak: .venv/done ## 5,000 histories of faults between stream and topic; SEEDS=5000
	SEEDS=$(or $(SEEDS),5000) $(RUN) pytest tests/unit/session_notifier/test_stream.py

mutants: .venv/done .tools/sam.done ## take out one guarantee after the other: each time a test must fail
	@$(RUN) tests.mutants

integration: .venv/done ## the tests on moto
	$(RUN) pytest tests/integration

e2e: .venv/done .tools/local.done .tools/sam.done .tools/cometd.done ## the tests on the embedded AWS
	$(RUN) pytest tests/e2e

# The clients play the page's exchange on the embedded AWS.
prove: .tools/prove.done .tools/node.done
prove: .venv/done .tools/local.done .tools/sam.done .tools/cometd.done ## hold docs/ against the field's tools and clients
	$(RUN) pytest tests/prove

browser: .venv/done .tools/local.done .tools/sam.done .tools/cometd.done ## try examples/desktop in Chromium, on the embedded AWS
	PICTURE='$(PICTURE)' $(RUN) pytest tests/browser

bench: .venv/done .tools/sam.done ## measure speed, as ratios side by side
	@PYTHONPATH=$(CODE) $(RUN) bench

contract: .venv/done ## write the contract's files in docs/: OpenAPI, AsyncAPI, schemas, state machine
	PYTHONPATH=$(CODE) $(RUN) contract

format: .venv/done ## format the code
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

# ------------------------------------------------------------------ set-up
.PHONY: lock
lock: $(UV) .tools/nodejs.done ## pin the newest versions of everything that is installed
	for file in layers/core/requirements requirements/uv requirements/sam requirements/local requirements/dev \
	  requirements/node requirements/prove requirements/scan; do \
	  $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    $$file.in -o $$file.txt || exit 1; done
	for folder in local/cometd tests/prove; do \
	  $(NPM) update --package-lock-only --omit-lockfile-registry-resolved --prefix $$folder || exit 1; done

$(UV): requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; choose one with PYTHON=…" >&2; exit 1; }
	@echo "Setting up in .tools"
	@$(PYTHON) -m venv $(TOOLS)/uv || { echo "Python's venv is missing; Debian has it in python3-venv." >&2; exit 1; }
	@$(TOOLS)/uv/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

define install
	@$(UV) venv --quiet --allow-existing --python $(TOOLS)/uv/bin/python $(1)
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode --python $(1)/bin/python $(2)
	@touch $@
endef

define install-packages
	@mkdir -p $(1) && cp $(dir $(2))package.json $(2) $(1)
	@cd $(1) && $(NPM) ci --silent
	@touch $@
endef

.tools/sam.done: requirements/sam.txt | $(UV)
	@echo "Installing the SAM CLI"
	$(call install,$(TOOLS)/sam,$<)

.tools/local.done: requirements/local.txt | $(UV)
	@echo "Installing MiniStack, the embedded AWS"
	$(call install,$(TOOLS)/local,$<)

.tools/nodejs.done: requirements/node.txt | $(UV)
	@echo "Installing Node"
	$(call install,$(TOOLS)/nodejs,$<)

.tools/cometd.done: local/cometd/package-lock.json .tools/nodejs.done
	@echo "Installing cometd.js"
	$(call install-packages,$(TOOLS)/cometd,$<)

.tools/prove.done: requirements/prove.txt | $(UV)
	@echo "Installing a generator of Python clients"
	$(call install,$(TOOLS)/prove,$<)

.tools/scan.done: requirements/scan.txt | $(UV)
	@echo "Installing checkov and pip-audit"
	$(call install,$(TOOLS)/scan,$<)

.tools/node.done: tests/prove/package-lock.json .tools/nodejs.done
	@echo "Installing AsyncAPI's parser, Redocly, a generator of TypeScript clients, and a client of Bayeux"
	$(call install-packages,$(TOOLS)/node,$<)

.venv/done: requirements/dev.txt layers/core/requirements.txt | $(UV)
	@echo "Installing what the tests need"
	$(call install,.venv,$<)
