# Bakeoff. `make help` lists what can be done here; the work is in build/scripts.
.DEFAULT_GOAL := help
.PHONY: help run dev build check test live bench generate clean
PROMPT ?= Explain in three short sentences why the sky is blue.
export PROMPT BUILD # behind the default: a variable that is exported first counts as set, and stays empty

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, open the window (without a display: compare in the terminal; PROMPT=…)
	@build/scripts/run

dev: ## the window with hot reload
	@build/scripts/setup window && go tool -modfile=build/tools/go.mod wails dev

build: ## the release binary, build/bin/bakeoff
	@build/scripts/setup window && build/scripts/build

check: ## the fast checks: format, vet, types, lint, unit tests
	@build/scripts/setup && build/scripts/check

test: ## install what is needed and run every test
	@build/scripts/test

live: ## tests against a real Ollama server (OLLAMA_BIN, OLLAMA_HOST or the one on the PATH)
	@build/scripts/live

bench: ## speed as ratios against a bare client, a bare database and a plain page, in one run
	@build/scripts/bench

generate: ## the TypeScript bindings of the window, after a change of a bound method
	@build/scripts/generate

clean: ## remove what was built
	rm -rf build/bin frontend/test-results frontend/playwright-report
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete
