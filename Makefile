# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Everything is done by a script in Packaging/scripts; the same scripts run by hand and in the pipeline.

PREFIX ?= /usr/local
DESTDIR ?=
CONFIGURATION ?= debug
scripts := Packaging/scripts

.DEFAULT_GOAL := build
.PHONY: bench build clean crash deb fuzz help install kernels lint run soak test

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

soak: ## mixed farms under load while everything changes, SECONDS long (default 600), SEED to repeat one; as root
	$(scripts)/soak.sh $(or $(SECONDS),600) $(SEED)

crash: ## kill -9 under changes, KILLS times (default 2000), SEED to repeat the changes; as root
	$(scripts)/crash.sh $(or $(KILLS),2000) $(SEED)

kernels: ## the kernel tests on Debian's own kernels, in machines that NFTLB_TESTVM runs; as root. FILTER for some of them
	$(scripts)/kernels.sh $(or $(FILTER),KernelTests)

fuzz: ## inputs of nobody, with the address sanitizer: each target SECONDS long (default 600), SEED to repeat some
	$(scripts)/fuzz.sh $(or $(SECONDS),600) $(SEED)

install: ## release programs, units, sysusers, manual pages into DESTDIR and PREFIX
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' $(scripts)/install.sh

deb: ## the Debian package, into dist
	$(scripts)/deb.sh

clean: ## removes what was built
	rm -rf .build .build-deb build dist

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10
