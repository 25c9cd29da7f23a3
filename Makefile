# keyrotor: what a contributor runs. `make help` lists it.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO       ?= go
FUZZTIME ?= 10m
IMAGE    ?= keyrotor
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

LINT      = $(GO) tool -modfile=tools.mod golangci-lint
UNIT      = packages=$$($(GO) list ./... | grep -v '/e2e$$');
GO_FILES  = find . -name '*.go' -not -path '*/node_modules/*' -print0
NPM_STAMP = e2e/node_modules/.package-lock.json
TSC_STAMP = web/node_modules/.package-lock.json

.PHONY: help unit test check lint fuzz golden cover bench image web e2e e2e-needs programs go-needed

help: ## list these targets
	@awk -F ': *[^#]*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

unit: go-needed programs ## vet, and every test but the end-to-end ones, with the race detector
	$(GO) vet ./...
	$(UNIT) $(GO) test -race -timeout 30m $$packages
	@$(MAKE) --no-print-directory web

test: go-needed e2e-needs ## every test; installs by apt and npm what is missing for the end-to-end ones
	$(GO) vet ./...
	$(GO) test -race -timeout 30m ./...
	@$(MAKE) --no-print-directory web

check: test lint ## what continuous integration runs: test and lint

web: go-needed programs ## only the tests of the browser module, in node
	node --test web/test/*.test.js

lint: go-needed programs ## gofmt, go mod tidy, golangci-lint (built once from tools.mod: minutes), types of web
	@$(MAKE) --no-print-directory $(TSC_STAMP)
	npm run --prefix web --silent types
	@unformatted=$$($(GO_FILES) | xargs -0 gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:" $$unformatted >&2; exit 1; fi
	$(GO) mod tidy -diff
	$(LINT) config verify
	$(LINT) run

fuzz: go-needed ## every fuzz target for FUZZTIME each (10m)
	@targets=$$($(GO) test -list '^Fuzz' ./... | awk '/^Fuzz/ {name[++n] = $$1} \
		/^ok/ {for (i = 1; i <= n; i++) print $$2 "=" name[i]; n = 0}'); \
	if [ -z "$$targets" ]; then echo "no fuzz target found" >&2; exit 1; fi; \
	for target in $$targets; do \
		echo "fuzz $${target%=*} $${target#*=} for $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$${target#*=}\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x $${target%=*}; \
	done

golden: go-needed ## rewrite the golden files; read the diff before you commit it
	@dirs=$$(grep -rlE --include='*_test.go' --exclude-dir=node_modules 'flag\.Bool\("update"' . | xargs -r -n1 dirname | sort -u); \
	if [ -z "$$dirs" ]; then echo "no test has an -update flag" >&2; exit 1; fi; \
	for dir in $$dirs; do $(GO) test -count=1 $$dir -update; done
	@git status --short -- '*testdata*'

cover: go-needed ## coverage of the unit tests into cover.out, and the total
	$(UNIT) $(GO) test -coverprofile=cover.out $$packages
	@$(GO) tool cover -func=cover.out | tail -1

bench: go-needed ## the benchmarks
	$(UNIT) $(GO) test -run '^$$' -bench . -benchmem $$packages

e2e: go-needed e2e-needs ## only the end-to-end tests, with a real packager
	$(GO) test -race -count=1 -v ./e2e

image: ## the container image IMAGE:VERSION (needs a Docker engine)
	@docker info >/dev/null 2>&1 || { echo "make image needs a running Docker engine: 'docker info' fails" >&2; exit 1; }
	docker build --build-arg VERSION=$(VERSION) -t $(IMAGE):$(VERSION) .

go-needed:
	@command -v $(GO) >/dev/null || { echo "keyrotor needs Go 1.26 or newer in PATH: https://go.dev/dl/" >&2; exit 1; }
	@command -v "$$($(GO) env CC)" >/dev/null || { echo "the race detector needs a C compiler, such as gcc" >&2; exit 1; }

programs:
	@.ci/install

e2e-needs: programs
	@$(MAKE) --no-print-directory $(NPM_STAMP)

$(NPM_STAMP): e2e/package-lock.json
	npm ci --prefix e2e --ignore-scripts --no-audit --no-fund
	chmod +x e2e/node_modules/shaka-packager/bin/packager-linux-x64
	@touch $@

$(TSC_STAMP): web/package-lock.json
	npm ci --prefix web --ignore-scripts --no-audit --no-fund
	@touch $@
