# Two commands matter: `make demo` on a fresh Debian machine answers all questions built so far;
# `make test` shows that the answers are right. CONTRIBUTING.md has the table of what runs where.
BUILD := build
SANITIZED := build-sanitized
JOBS := $(shell nproc)

.PHONY: demo serve build test test-long bench fuzz golden install deps clean

demo: build
	@tools/demo.sh $(BUILD)

# The pages, with the demonstration's agreement, at http://127.0.0.1:8080/
serve: build
	@tools/serve.sh $(BUILD)

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

test: build $(SANITIZED)/build.ninja
	@ninja -C $(SANITIZED) --quiet
	@tools/test.sh $(BUILD) $(SANITIZED)

test-long: test
	@tools/test-long.sh $(BUILD) $(SANITIZED)

bench: build
	@tools/bench.sh $(BUILD)

# SECONDS=n: how long each fuzz target runs
fuzz: deps
	@tools/fuzz.sh $(or $(SECONDS),60)

golden: build
	@tools/golden.sh $(BUILD)

install: build
	@meson install -C $(BUILD)

deps:
	@tools/install-packages.sh

clean:
	rm -rf $(BUILD) $(SANITIZED) build-fuzz

$(BUILD)/build.ninja: | deps
	@meson setup $(BUILD) --buildtype=release -Db_ndebug=false >/dev/null

$(SANITIZED)/build.ninja: | deps
	@meson setup $(SANITIZED) --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
