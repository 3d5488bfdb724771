#!/bin/sh
# The manual: every command explains itself, completions parse, exit statuses are as promised.
. "$(dirname "$0")/../lib.sh"

status 'help lists the commands' 0 lineup help
is 'in 80 columns' "$(awk 'length > 80' out | head -n 1)" ''
for c in $(lineup help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	status "help $c" 0 lineup help "$c"
	like "$c has a usage line" "$(cat out)" "^usage: lineup $c"
done
status '--help after a command' 0 lineup log --help
status 'no command shows the list' 0 lineup
like 'version' "$(lineup version)" '^lineup [0-9]+\.[0-9]+'
is '--version is the same' "$(lineup --version)" "$(lineup version)"
status 'kinds' 0 lineup kinds
is 'kinds --json has all eight lanes' "$(lineup kinds --json | python3 -c 'import json,sys; print(len({k["lane"] for k in json.load(sys.stdin)["kinds"]}))')" 8
status 'formats' 0 lineup formats
lineup completion bash >c.bash && status 'bash completion parses' 0 bash -n c.bash
status 'zsh completion' 0 lineup completion zsh
status 'fish completion' 0 lineup completion fish
status 'unknown command: usage' 2 lineup frobnicate
status 'unknown option: usage' 2 lineup timeline --frobnicate
status 'doctor before there is anything' 0 lineup doctor
done_testing
