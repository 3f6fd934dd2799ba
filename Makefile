# Every target says what it does; make alone lists them.
.DEFAULT_GOAL := help
.PHONY: help check lint test fuzz clean

GO       ?= go
FUZZTIME ?= 20s

help: ## this list
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

check: lint test ## what CI runs: form, vet, build, dependencies, then all tests with the race detector

lint: ## everything of check but the tests
	@echo "gofmt:    every file as gofmt writes it"
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "not as gofmt writes them (gofmt -w mends it):"; echo "$$bad"; exit 1; }
	@echo "build:    every package"
	@$(GO) build ./...
	@echo "vet:      every package and test"
	@$(GO) vet ./...
	@echo "tidy:     go.mod and go.sum name what is used, no more (go mod tidy mends it)"
	@$(GO) mod tidy -diff

test: ## all tests, in random order, with the race detector
	@$(GO) test -race -shuffle=on ./...

fuzz: ## every fuzz test for FUZZTIME (20s)
	@for pkg in $$($(GO) list ./...); do \
	  for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$name"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

clean: ## removes what runs and builds leave behind
	rm -rf bin out sim
	find . -name '*.test' -o -name '*.prof' | xargs rm -f
