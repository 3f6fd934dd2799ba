# Every target says what it does; make alone lists them.
.DEFAULT_GOAL := help
.PHONY: help check lint test run sim bench fuzz mutants docs clean

GO       ?= go
FUZZTIME ?= 20s
# The race detector needs a C compiler; make check RACE= does without. Everything is built with it, so
# that everything is built once.
RACE     ?= -race

help: ## this list
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

check: lint test ## what CI runs: form, build, vet, dependencies, docs, then all tests with the race detector

lint: ## everything of check but the tests
	@echo "gofmt:    every file as gofmt writes it"
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "not as gofmt writes them (gofmt -w mends it):"; echo "$$bad"; exit 1; }
	@echo "build:    every package"
	@$(GO) build $(RACE) ./...
	@echo "vet:      every package and test"
	@$(GO) vet $(RACE) ./...
	@echo "tidy:     go.mod and go.sum name what is used, no more (go mod tidy mends it)"
	@$(GO) mod tidy -diff
	@echo "docs:     docs/reference is what the code says (make docs mends it), the guide's scenario runs"
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	  $(GO) build $(RACE) -o "$$dir/sim" ./cmd/sim && mkdir "$$dir/reference" && \
	  "$$dir/sim" docs --dir "$$dir/reference" >/dev/null && diff -ru docs/reference "$$dir/reference" && \
	  "$$dir/sim" run docs/guide/*.yaml --twins --quiet >"$$dir/out" || { cat "$$dir/out" 2>/dev/null; exit 1; }

test: ## all tests, the canary that has to fail among them, in random order, with the race detector
	@$(GO) test $(RACE) -shuffle=on ./...

run: ## a first run: scenario quickstart, live, half a minute
	@$(GO) run ./cmd/sim run quickstart

sim: ## every scenario and its known-bad twin, as the product and as it should be, in virtual time
	@$(GO) run ./cmd/sim run --all --profile both

bench: ## the simulator beside bare loops on this machine, some minutes
	@$(GO) run ./cmd/sim bench --all

fuzz: ## every fuzz test for FUZZTIME (20s)
	@for pkg in $$($(GO) list ./...); do \
	  for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$name"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

mutants: ## spoils each throttling rule in a copy of the source: a named test must fail; some minutes
	@$(GO) run ./internal/mutants

docs: ## writes docs/reference, made from the code, and docs/results.md, made from runs
	@$(GO) run ./cmd/sim docs --dir docs/reference
	@$(GO) run ./cmd/sim docs results >docs/results.new && mv docs/results.new docs/results.md && echo docs/results.md

clean: ## removes what runs and builds leave behind
	rm -rf bin out sim
	find . -name '*.test' -o -name '*.prof' | xargs rm -f
