#!/usr/bin/env bash
# Install the Go tools that `make test` runs, each at its pinned version, into
# $(go env GOPATH)/bin. A tool that is there at that version is left alone.
set -euo pipefail

bin=$(go env GOPATH)/bin

tool() { # PACKAGE VERSION
	local program=$bin/${1##*/}
	if [ -x "$program" ] && go version -m "$program" | awk '$1 == "mod" { print $3 }' | grep -qx "$2"; then
		return
	fi
	echo "installing $1@$2"
	# Tools run on the machine that builds them, whatever is being built for.
	env -u GOOS -u GOARCH GOFLAGS= CGO_ENABLED=0 GOBIN="$bin" go install "$1@$2"
}

tool mvdan.cc/gofumpt v0.12.0
tool honnef.co/go/tools/cmd/staticcheck v0.8.2
tool golang.org/x/vuln/cmd/govulncheck v1.9.0
tool github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.15.0
