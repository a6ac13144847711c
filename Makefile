# make run    starts the workspace on http://localhost:8080
# make test   installs what the tests need and runs everything, as CI does
# make soak   the same with larger numbers; takes hours
# make bench  the benchmarks of bench/README.md
# make build  static binaries in bin/

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X main.version=$(VERSION)
# Extraction runs in child processes with a memory limit that the race
# detector's own memory would break; its packages are tested without it.
NORACE := internal/extract
FUZZTIME ?= 10s

.PHONY: run build test check unit e2e fuzz soak bench tools tidy

run:
	go run ./cmd/ba serve

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/ba ./cmd/preflight

test: tools check unit e2e fuzz

tools:
	scripts/install-test-tools.sh

check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...

unit:
	go test -timeout 20m ./$(NORACE)/...
	go test -run AHundredThousandRows ./internal/move
	go test -race -timeout 20m $$(go list ./... | grep -v -E '/$(NORACE)(/|$$)')

e2e:
	cd e2e && npm ci --silent --ignore-scripts && go vet ./... && go test -timeout 30m ./...

fuzz:
	scripts/fuzz.sh $(FUZZTIME)

soak:
	scripts/install-test-tools.sh
	BA_SOAK=1 go test -timeout 6h ./...
	cd e2e && BA_SOAK=1 go test -timeout 6h ./...
	scripts/fuzz.sh 10m

bench:
	bench/run.sh
