# All set-up happens here: `make demo` and `make test` need Node.js 20 or later, Rust and a C compiler, and get the rest.

ARGS :=
SOURCES := $(shell find kernel asm emulator/engine emulator/machine libc-stubs debugger frontends \( -type d -o -name '*.ts' \) 2>/dev/null)
ADDON_SOURCES := $(shell find emulator/native scripts/addon \
	\( -name target -o -path emulator/native/upstream -o -path emulator/native/stock-bench/src -o -name '*.node' -o -name '*.log' \) -prune -o -type f -print 2>/dev/null)
STOCK_SOURCES := $(shell find emulator/native/stock-bench -name target -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build demo test test-all bench lint format clean distclean nommu-oracle packages-build packages-test packages-oracle npm guests-demo guests-test

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

build: packages-build npm dist/.addon dist/main.js ## everything that bin/forkscope needs

demo: build guests-demo ## build, then show what forkscope does
	@bin/forkscope demo

test: packages-test build guests-test ## build, then lint, check types and run the tests (ARGS='tests/asm' for some)
	@scripts/test/run.sh $(ARGS)

test-all: packages-test build guests-test ## the same with the slow sweeps (tests/**/*.sweep.ts)
	@FORKSCOPE_SWEEPS=1 scripts/test/run.sh $(ARGS)

bench: packages-test build guests-test ## measure (ARGS are handed on)
	@$(MAKE) -s --no-print-directory dist/stock-bench || true # without it, its column stays empty
	@node scripts/bundle.mjs bench=bench/main.ts
	@node dist/bench.js $(ARGS)

nommu-oracle: packages-oracle build ## ask a real Linux without an MMU again (tests/oracle/nommu/)
	@tests/oracle/nommu/build-linux.sh
	@NOMMU_ORACLE=1 scripts/test/run.sh tests/oracle/nommu.test.ts

lint: npm ## Biome and the type checker, nothing else
	@scripts/test/lint.sh

format: npm ## let Biome rewrite what it can
	@node_modules/.bin/biome check --write .

clean: ## remove what was built
	rm -rf dist emulator/native/*.node

distclean: clean ## remove also what was fetched into the checkout
	rm -rf node_modules .guests .nommu-linux

packages-build:
	@scripts/setup/packages.sh build

packages-test:
	@scripts/setup/packages.sh test

packages-oracle:
	@scripts/setup/packages.sh oracle

npm:
	@scripts/setup/npm.sh

guests-demo:
	@scripts/guests/fetch.sh demo

guests-test:
	@scripts/guests/fetch.sh test

ifeq ($(wildcard emulator/native/*.node),)
.PHONY: dist/.addon
endif
dist/.addon: $(ADDON_SOURCES) scripts/setup/addon.sh | packages-build npm
	@scripts/setup/addon.sh
	@mkdir -p dist && touch $@

dist/stock-bench: $(STOCK_SOURCES) scripts/setup/stock-bench.sh | packages-build
	@scripts/setup/stock-bench.sh

# Directories are in SOURCES for their times: they change when a file comes or goes.
dist/main.js: $(SOURCES) scripts/bundle.mjs package-lock.json tsconfig.json | npm
	@mkdir -p dist
	@node scripts/bundle.mjs main=frontends/cli/main.ts
	@touch $@
