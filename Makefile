# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Everything is done by a script in Packaging/scripts; the same scripts run by hand and in the pipeline.

PREFIX ?= /usr/local
DESTDIR ?=
CONFIGURATION ?= debug
scripts := Packaging/scripts

.DEFAULT_GOAL := build
.PHONY: bench build clean help install lint run test

build: ## the programs, in .build/debug (CONFIGURATION=release: in .build/release)
	$(scripts)/build.sh $(CONFIGURATION)

run: ## the demonstration, in private network namespaces; as root. KEEP=1 leaves it running
	$(scripts)/run.sh $(if $(KEEP),--keep)

test: ## packages, lint, build, all tests; as root
	$(scripts)/test.sh

lint: ## format of the Swift files, shellcheck of the scripts
	$(scripts)/lint.sh

bench: ## the ratios to hold, each against a floor measured in the same run; as root
	$(scripts)/bench.sh

install: ## release programs, units, sysusers into DESTDIR and PREFIX
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' $(scripts)/install.sh

clean: ## removes what was built
	rm -rf .build build dist

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10
