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
status 'no command shows where to begin' 0 lineup
is 'on one small screen' "$(wc -l <out; awk 'length > 80' out | head -n 1)" "$(sed -n '$=' out)"
is 'of at most 23 lines' "$(($(wc -l <out) < 24))" 1
is 'with every command' "$(lineup help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read -r c; do grep -qw "$c" out || echo "$c"; done)" ''
like 'version' "$(lineup version)" '^lineup [0-9]+\.[0-9]+'
is '--version is the same' "$(lineup --version)" "$(lineup version)"
status 'kinds' 0 lineup kinds
is 'kinds --json has all eight lanes' "$(lineup kinds --json | python3 -c 'import json,sys; print(len({k["lane"] for k in json.load(sys.stdin)["kinds"]}))')" 8
status 'formats' 0 lineup formats
lineup completion bash >c.bash && status 'bash completion parses' 0 bash -n c.bash
status 'zsh completion' 0 lineup completion zsh
status 'fish completion' 0 lineup completion fish
status 'unknown command: usage' 2 lineup frobnicate
status 'what others call it is understood well enough to say what it is here' 2 lineup undo
like 'by its name and purpose' "$(cat err)" "unknown command 'undo'; perhaps 'forget': take back"
status 'an option too' 2 lineup timeline --since 10:00
like 'which is named' "$(cat err)" "unknown option '--since'; did you mean '--from'"
status 'unknown option: usage' 2 lineup timeline --frobnicate
status 'a milestone is missing' 2 lineup mark
like 'all of them are named' "$(cat err)" 'notice_sent, .*impact_start, .*review_done'
status 'a database in a folder that is not there' 1 lineup -d no/such/folder.db log 'it burns'
like 'says so, and that nothing was logged' "$(cat err)" "not logged: it burns.*|cannot make 'no/such/folder.db': its folder is not there; make it"
status 'nothing but a file that is missing' 1 lineup -d new.db ingest missing.log
is 'makes no table of nothing' "$(wc -l <err)" 1
status 'standard input without a byte' 0 sh -c '"$LINEUP" -d new.db ingest - </dev/null'
like 'is said' "$(cat err)" 'nothing came in: standard input was empty'
status 'doctor before there is anything' 0 lineup doctor
done_testing
