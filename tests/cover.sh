#!/bin/sh
# One test for `make cover`, counted in a folder of its own: cover.sh TEST. What is killed while it writes its counts down, or cannot write,
# spoils those of its test and of no other.
GCOV_PREFIX=$OUT/counts/$(basename "$1")
GCOV_PREFIX_STRIP=$(printf '%s' "$OUT" | tr -cd / | wc -c)
export GCOV_PREFIX GCOV_PREFIX_STRIP
exec "$@"
