#!/bin/sh
# Ways to be wrong: each folder of tests/bad has a `command`, and `expected` holds its status and what it says.
. "$(dirname "$0")/../lib.sh"

for dir in "$TESTS"/bad/*/; do
	name=$(basename "$dir")
	mkdir "$name" && cd "$name" || exit 1
	cp "$dir"* . 2>/dev/null
	( . ./command ) >stdout 2>stderr
	got=$?
	{ echo "status $got"; sed "s|$WORK|WORK|g" stderr; } >got
	same "$(echo "$name" | tr - ' ')" got "$dir/expected"
	cd "$WORK" || exit 1
done
done_testing
