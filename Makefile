# make build        bin/herald
# make demo         two speakers exchange routes on this machine (PEER=bird: with BIRD)
# make test         everything that decides whether a change may land
.NOTPARALLEL:
.PHONY: build docs tools test install format vet cross lint static vuln tidy unit scenarios functional interop deadlock soak demo bench fuzz clean

GO    ?= go
GOBIN := $(shell $(GO) env GOPATH)/bin
export PATH := $(GOBIN):$(PATH):/usr/sbin:/sbin

# Where ExaBGP's test data lies: a folder that holds compat/.
export HERALD_SHARED ?= $(abspath ../shared)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/herald ./cmd/herald

# The program, its page, and what systemd needs. DESTDIR and PREFIX as usual.
PREFIX ?= /usr
install: build
	install -D bin/herald $(DESTDIR)$(PREFIX)/bin/herald
	install -D -m 644 docs/herald.1 $(DESTDIR)$(PREFIX)/share/man/man1/herald.1
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in herald.service herald@.service; do \
		sed 's,=/usr/bin/,=$(PREFIX)/bin/,' packaging/$$unit > $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit; \
	done
	install -D -m 644 packaging/herald.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/herald.conf

# The pages that come from tables, commands and examples: docs/settings.md, docs/herald.1,
# in docs/configuration.md the tables, in docs/api.md the tables, answers and events, and
# docs/families.
docs:
	$(GO) test ./cmd/herald ./internal/exa/api ./internal/exa/conf -run 'Page$$' -update
	$(GO) test ./internal/examples -run 'TestExamples|TestPages' -update

# The Go tools below, at their pinned versions.
tools:
	scripts/tools.sh

test: format vet cross lint static vuln tidy unit scenarios functional interop demo

format:
	@test -z "$$(gofumpt -l . | tee /dev/stderr)"

vet:
	$(GO) vet ./...

# Where the socket options are others.
cross:
	GOOS=darwin $(GO) vet ./internal/... ./cmd/...
	GOOS=freebsd $(GO) vet ./internal/... ./cmd/...

lint:
	golangci-lint run

static:
	staticcheck ./...

vuln:
	scripts/vuln.sh

tidy:
	$(GO) mod tidy -diff

# Fuzz targets take part with their seeds and corpus.
unit:
	CGO_ENABLED=1 $(GO) test -race -shuffle=on ./cmd/... ./internal/...

# Our own scenarios against bin/herald: they need nothing beside the repository.
scenarios: build
	$(GO) run ./internal/bgptest/cmd/functional -data testdata/scenarios -helpers testdata/helpers $(ARGS) bin/herald

# ExaBGP's suites against bin/herald. ARGS: see go run ./internal/bgptest/cmd/functional -h.
functional: build
	$(GO) run ./internal/bgptest/cmd/functional -require testdata/required.txt $(ARGS) bin/herald

interop: build
	HERALD=$(abspath bin/herald) $(GO) test -count=1 -parallel 16 ./interop/...

# Helpers that misbehave, at full length: three minutes, a million commands. A machine
# that is busy with other things is late, and so are answers. interop has a short form.
deadlock: build
	HERALD=$(abspath bin/herald) $(GO) test -count=1 -parallel 16 -v -run 'TestMischief|TestFloodingHelper' ./interop -long

# What people run beside each other on one daemon, for five minutes.
soak: build
	HERALD=$(abspath bin/herald) $(GO) test -count=1 -v -run TestCrowd ./interop -crowd 5m

demo: build
	@examples/demo.sh $(or $(PEER),herald)

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz:
	scripts/fuzz.sh

clean:
	rm -rf bin
