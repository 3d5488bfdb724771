# lineup's build: `make deps demo` builds and shows it, `make deps test` tests it, `make help` lists the rest.
# One file, no recursion into folders; variants (std, asan, cover, fuzz) are folders under out/.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
DESTDIR  ?=
VARIANT  ?= std
OUT      := out/$(VARIANT)
CC       ?= cc
CORPUS   ?=
MAKEFLAGS += --no-builtin-rules
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)

# ---- what it needs (Debian 12 names; elsewhere the same libraries with their headers) -----------------------------
PACKAGES := gcc libc6-dev pkg-config libsqlite3-dev libcmark-dev libcjson-dev libgmime-3.0-dev libglib2.0-dev \
	zlib1g-dev libarchive-dev libseccomp-dev libyaml-dev libical-dev libxml2-dev libpcre2-dev libssl-dev libedit-dev \
	libcmocka-dev perl procps sqlite3 python3 tzdata
PACKAGES_BENCH := python3 sqlite3 jq lnav notmuch maildir-utils mblaze pandoc cmark
PACKAGES_CI := clang clang-format libclang-rt-14-dev valgrind cppcheck clang-tidy gcovr strace xfsprogs tmux zsh fish mandoc chromium cmark cmark-gfm
LIBS     := sqlite3 libcmark libcjson gmime-3.0 zlib libarchive libseccomp yaml-0.1 libical libxml-2.0 libpcre2-8 libcrypto libedit

# ---- flags ---------------------------------------------------------------------------------------------------------
WARN     := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wwrite-strings -Wno-missing-field-initializers
# No -fcf-protection: Debian's own start files lack its mark, so that no program there has it.
HARDEN   := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS   ?= -O2 -g
VARIANT_CFLAGS_std   := $(HARDEN)
VARIANT_LDFLAGS_std  := $(HARDEN_LD)
VARIANT_CFLAGS_asan  := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
VARIANT_LDFLAGS_asan := -fsanitize=address,undefined
VARIANT_CFLAGS_cover := -O0 --coverage -include tests/cover.h
VARIANT_LDFLAGS_cover := --coverage -Wl,--wrap=sandbox_enter
VARIANT_CFLAGS_fuzz  := -O1 -fsanitize=fuzzer-no-link,address,undefined
VARIANT_LDFLAGS_fuzz := -fsanitize=address,undefined
ifdef CI
WARN     += -Werror
endif
# pkg-config is asked once; `make deps` must work before it is installed.
ifeq ($(filter deps clean help uninstall,$(MAKECMDGOALS)),)
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(LIBS) 2>/dev/null)
endif
PKG_CFLAGS ?= $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS   ?= $(shell pkg-config --libs $(LIBS) 2>/dev/null)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DLINEUP_VERSION='"$(VERSION)"' -Isrc $(PKG_CFLAGS) $(WARN) $(CFLAGS) $(VARIANT_CFLAGS_$(VARIANT)) -MMD -MP
ALL_LDFLAGS = $(LDFLAGS) $(VARIANT_LDFLAGS_$(VARIANT)) -pthread -lm

# ---- files ---------------------------------------------------------------------------------------------------------
SOURCES  := $(sort $(wildcard src/*.c src/*/*.c))
OBJECTS  := $(SOURCES:%.c=$(OUT)/%.o) $(OUT)/embed.o
ifeq ($(VARIANT),cover)
OBJECTS  += $(OUT)/tests/cover.o
endif
ROOMS    := $(filter-out $(OUT)/src/main.o,$(OBJECTS))
EMBEDDED := $(sort $(wildcard schema/*.sql schema/*.json schema/*/*.json templates/*))
TESTS    ?= tests/t/*.t
UNITS    := $(patsubst tests/unit/%.c,$(OUT)/unit/%.t,$(sort $(wildcard tests/unit/*.c)))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c)))
LINEUP   := $(OUT)/lineup

.PHONY: all deps demo test test-tools ci-deps check corpus asan valgrind fuzz fuzz-same bench bench-deps faults cover lint analyze tidy format dist install uninstall clean help
.DELETE_ON_ERROR:

all: $(LINEUP) $(OUT)/lineup.1

objects: $(OBJECTS)
.PHONY: objects

help:
	@sed -n 's/^# \(make [a-z-]*\)/  \1/p' Makefile

# The file lists are dependencies, so that a deleted source leaves the program.
$(OUT)/%.list: FORCE
	@mkdir -p $(@D)
	@echo '$(if $(filter sources,$*),$(SOURCES),$(EMBEDDED))' | cmp -s - $@ || echo '$(if $(filter sources,$*),$(SOURCES),$(EMBEDDED))' > $@
.PHONY: FORCE
FORCE:

$(LINEUP): $(OBJECTS) $(OUT)/sources.list
	$(CC) $(ALL_CFLAGS) -o $@ $(OBJECTS) $(ALL_LDFLAGS) $(PKG_LIBS)

# The manual page: what is written by hand, then every command and option from the program's own tables.
$(OUT)/lineup.1: src/lineup.1 $(LINEUP)
	@{ sed '/^\.Sh ENVIRONMENT/,$$d' $<; $(LINEUP) help --man; sed -n '/^\.Sh ENVIRONMENT/,$$p' $<; } > $@

$(OUT)/%.o: %.c Makefile | $(OUT)/sources.list
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# schema/ and templates/ become constant bytes; the table is sorted by path.
$(OUT)/embed.c $(OUT)/next/embed.c: $(EMBEDDED) $(OUT)/embedded.list
	@mkdir -p $(@D)
	@{ echo '#include "embed.h"'; i=0; \
	for f in $(EMBEDDED); do \
		printf 'static const unsigned char file%d[] = {' $$i; od -An -v -tx1 "$$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'; echo '0};'; \
		i=$$((i + 1)); done; \
	echo 'const struct embedded embedded_files[] = {'; i=0; \
	for f in $(EMBEDDED); do echo "{\"$${f#tests/next/}\", file$$i, sizeof file$$i - 1},"; i=$$((i + 1)); done; \
	echo '{0}};'; } > $@
$(OUT)/embed.o $(OUT)/next/embed.o: %.o: %.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The same program with one more schema, which only tests have: what an upgrade does before there is one.
NEXT     := $(wildcard tests/next/schema/*.sql)
$(OUT)/next/embed.c: EMBEDDED := $(filter %.sql,$(EMBEDDED)) $(NEXT) $(filter-out %.sql,$(EMBEDDED))
$(OUT)/next/embed.c: $(NEXT)
$(OUT)/next/lineup: $(filter-out $(OUT)/embed.o,$(OBJECTS)) $(OUT)/next/embed.o
	$(CC) $(ALL_CFLAGS) -o $@ $^ $(ALL_LDFLAGS) $(PKG_LIBS)

$(OUT)/unit/%.t: tests/unit/%.c $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $< $(ROOMS) $(ALL_LDFLAGS) $(PKG_LIBS) $(shell pkg-config --libs cmocka)

$(OUT)/fuzz/%: tests/fuzz/%.c $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/fuzz -fsanitize=fuzzer -o $@ $< $(ROOMS) $(ALL_LDFLAGS) $(PKG_LIBS)

-include $(OBJECTS:.o=.d) $(UNITS:.t=.d) $(FUZZERS:%=$(OUT)/fuzz/%.d)

# ---- targets -------------------------------------------------------------------------------------------------------
# make deps        install what is missing (Debian; sudo where not root)
deps:
	@missing=; for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then echo 'deps: all there'; exit 0; fi; \
	command -v apt-get >/dev/null || { echo "deps: no apt-get here; install the equivalents of:$$missing" >&2; exit 1; }; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

# make demo        build, take the June 2024 outage in, show how it lined up
demo: all
	@sh tests/cases/demo.sh $(LINEUP) out/demo

# make test        all tests, TAP, closing lines by prove
test check: all $(UNITS) $(OUT)/nomem.so $(OUT)/refuse.so $(OUT)/next/lineup
	@LINEUP=$(abspath $(LINEUP)) OUT=$(abspath $(OUT)) CMOCKA_MESSAGE_OUTPUT=TAP prove -j$(JOBS) -e '$(RUN)' $(TESTS) $(UNITS)

# make test-tools  the tests that need tools beyond `make deps`, none of them skipped (make ci-deps installs the tools)
test-tools:
	@ALL_TOOLS=1 $(MAKE) --no-print-directory test TESTS="$$(grep -l 'not installed' tests/t/*.t | tr '\n' ' ')" UNITS=

# make ci-deps     the tools of .ci/run
ci-deps:
	@$(MAKE) --no-print-directory deps PACKAGES='$(PACKAGES_CI)'

# make corpus      score against a corpus of real samples: make corpus CORPUS=DIR
corpus: all
	@test -n "$(CORPUS)" || { echo 'corpus: say where it is: make corpus CORPUS=DIR' >&2; exit 2; }
	@python3 tests/corpus.py $(LINEUP) $(CORPUS)

# make asan        the tests under AddressSanitizer and UBSan
asan:
	@$(MAKE) --no-print-directory VARIANT=asan all
	@nm -D out/asan/lineup | grep -q __asan_ || { echo 'asan: the sanitizer is not in the program' >&2; exit 1; }
	@ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) --no-print-directory VARIANT=asan test

# make fuzz        libFuzzer over formats, times, data, escapers, frames ...: make fuzz FUZZ_S=60 [FUZZ='formats times']
FUZZ_S   ?= 60
FUZZ_CC  ?= clang
FUZZ     ?= $(FUZZERS)
FUZZ_JOBS ?= $(JOBS)
fuzz:
	@$(MAKE) --no-print-directory VARIANT=fuzz CC="$(FUZZ_CC)" $(FUZZ:%=out/fuzz/fuzz/%)
	@JOBS=$(FUZZ_JOBS) sh tests/fuzz/run out/fuzz $(FUZZ_S) $(FUZZ)

# make fuzz-same   the same inputs every time, a few seconds a target: what it finds is new in the program and no luck
fuzz-same:
	@$(MAKE) --no-print-directory fuzz FUZZ_S=same

$(OUT)/nomem.so $(OUT)/refuse.so: $(OUT)/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -O2 -shared -fPIC -o $@ $< -ldl

# make faults      the long form of tests/t/faults.t: kills, failing calls and allocations, full disks, power cuts, crowds; hours (FAULTS='--most 600': less)
FAULTS   ?=
faults: all $(OUT)/nomem.so $(OUT)/refuse.so $(OUT)/next/lineup
	@python3 -B tests/faults/faults.py $(LINEUP) --nomem $(OUT)/nomem.so --refuse $(OUT)/refuse.so --next $(OUT)/next/lineup --long $(FAULTS)

# make bench       lineup and its peers in turn: N=100000 events, ROUNDS=3, ONLY=kube,mail,... (see tests/bench/run.py)
bench: all
	@python3 -B tests/bench/run.py $(LINEUP) out/bench

# make bench-deps  the peers, as far as Debian has them
bench-deps:
	@$(MAKE) --no-print-directory deps PACKAGES='$(PACKAGES_BENCH)'

# make valgrind    the commands on the demo's evidence under valgrind
valgrind: all
	@sh tests/valgrind.sh $(abspath $(LINEUP))

# make cover       line and branch coverage of the tests (gcovr), by room; by file in out/cover/report.txt
cover:
	@$(MAKE) --no-print-directory VARIANT=cover all
	@find out/cover -name '*.gcda' -delete; rm -rf out/cover/counts out/cover/sum
	-@$(MAKE) --no-print-directory VARIANT=cover RUN=tests/cover.sh test >out/cover/test.log 2>&1
	@tail -n 1 out/cover/test.log
	@for d in out/cover/counts/*; do gcov-tool merge -o out/cover/sum out/cover/sum $$d >/dev/null 2>&1 || [ -d out/cover/sum ] || cp -r $$d out/cover/sum; done
	@cp -r out/cover/sum/. out/cover
	@gcovr -r . --object-directory out/cover --filter src/ --exclude-unreachable-branches --branches --txt out/cover/report.txt \
		--json-summary out/cover/summary.json
	@python3 tests/cover.py out/cover/summary.json

# make lint        doors, include rule, pairs, warnings as errors with both compilers
lint:
	@sh tests/lint

# make analyze     cppcheck and gcc -fanalyzer over all of src
# Left out of the latter: it does not see that a view of some bytes has a pointer, nor that a window outlives the call that made it.
ANALYZER := -fanalyzer -Werror -Wno-analyzer-null-dereference -Wno-analyzer-null-argument -Wno-analyzer-malloc-leak
# It does not see that a struct which another file returns is whole.
ANALYZER_src/normalise/clock.c := -Wno-analyzer-use-of-uninitialized-value
ANALYZER_src/formats/restic.c := -Wno-analyzer-use-of-uninitialized-value
ANALYZER_src/formats/postmortem_timeline.c := -Wno-analyzer-use-of-uninitialized-value
READ_AS := -std=gnu11 -D_GNU_SOURCE -DLINEUP_VERSION='""' -Isrc
analyze:
	@cppcheck -q -j$(JOBS) --std=c11 --enable=warning,portability,performance --suppressions-list=tests/cppcheck.txt --error-exitcode=1 \
		-Isrc -D_GNU_SOURCE -DLINEUP_VERSION='""' --template='{file}:{line}: {id}: {message}' src
	@$(MAKE) --no-print-directory -k -j$(JOBS) $(SOURCES:%=analyze-%)
$(SOURCES:%=analyze-%): analyze-%:
	@gcc $(READ_AS) $(PKG_CFLAGS) -O2 $(ANALYZER) $(ANALYZER_$*) -c -o /dev/null $*
.PHONY: $(SOURCES:%=analyze-%)

# make tidy        clang-tidy over all of src (half an hour): .clang-tidy says what it looks for, and not for; ROOM=src/read: one room
ROOM     ?= src
tidy:
	@printf '%s\n' $(filter $(ROOM)/%,$(SOURCES)) | xargs -P $(JOBS) -n 1 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu11 -D_GNU_SOURCE \
		-DLINEUP_VERSION="\"\"" -Isrc $(PKG_CFLAGS) 2>/dev/null' - && echo 'tidy: clean'

# make format      clang-format over the sources
format:
	clang-format -i src/*.[ch] src/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c

# make dist        the sources as out/lineup-VERSION.tar.gz: the same bytes wherever, whenever and by whomever it is made
DIST     := lineup-$(VERSION)
dist:
	@mkdir -p out
	@git ls-files -z | LC_ALL=C sort -z | tar --null --no-recursion --files-from=- --create --format=ustar \
		--owner=0 --group=0 --numeric-owner --mode='u+rwX,go+rX,go-w' --mtime=@$(DIST_EPOCH) --transform='s,^,$(DIST)/,' | gzip -9n >out/$(DIST).tar.gz
	@cd out && sha256sum $(DIST).tar.gz
DIST_EPOCH = $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

# make install     PREFIX=/usr/local, DESTDIR=: the program (also as kubectl-lineup), the manual page, completions
INSTALLED_COMPLETIONS = $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions/lineup zsh/site-functions/_lineup \
	fish/vendor_completions.d/lineup.fish)
install: all
	install -D -m 755 $(LINEUP) $(DESTDIR)$(PREFIX)/bin/lineup
	ln -sf lineup $(DESTDIR)$(PREFIX)/bin/kubectl-lineup
	install -D -m 644 $(OUT)/lineup.1 $(DESTDIR)$(PREFIX)/share/man/man1/lineup.1
	install -d $(dir $(INSTALLED_COMPLETIONS))
	$(LINEUP) completion bash > $(word 1,$(INSTALLED_COMPLETIONS))
	$(LINEUP) completion zsh > $(word 2,$(INSTALLED_COMPLETIONS))
	$(LINEUP) completion fish > $(word 3,$(INSTALLED_COMPLETIONS))

# make uninstall   take it away again
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/lineup $(DESTDIR)$(PREFIX)/bin/kubectl-lineup $(DESTDIR)$(PREFIX)/share/man/man1/lineup.1 $(INSTALLED_COMPLETIONS)

# make clean       remove out/
clean:
	rm -rf out
