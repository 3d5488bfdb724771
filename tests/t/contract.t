#!/bin/sh
# Promises of the command line that no other test keeps: a pager, null for unknown, --incident everywhere.
. "$(dirname "$0")/../lib.sh"

get() { python3 -c "import json,sys; d=json.load(sys.stdin); print($1)"; }
lineup incident new "Logins down" --from 2024-06-17T06:00Z >/dev/null 2>&1
lineup action add "Look" --type detect >/dev/null
is 'an owner nobody named is null' "$(lineup action list --json | get 'd["actions"][0]["owner"]')" None
is 'a summary nobody wrote is null' "$(lineup incident list --json | get 'd["incidents"][0]["summary"]')" None
is 'working time of an unknown lead is null' "$(lineup overlap --json | get 'd["metrics"]["notice_lead"]["working_seconds"]')" None
status 'asset takes --incident' 0 lineup asset add login --incident inc-1
status 'location takes --incident' 0 lineup location set --from 2024-06-01 nas --incident inc-1 reachable

lineup log early --at 2024-06-01T00:00Z >/dev/null; lineup log inside --at 2024-06-17T07:00Z >/dev/null
is "timeline --incident has its window" "$(lineup timeline --incident inc-1 | grep -oE "early|inside")" inside
like "export writes csv" "$(lineup export --incident inc-1 --format csv)" "^id,at,until"
is "export writes json" "$(lineup export | cksum)" "$(lineup timeline --json | cksum)"
like "export writes ics" "$(lineup export --format ics)" "^BEGIN:VCALENDAR"
status "export knows its forms" 2 lineup export --format xls

if command -v script >/dev/null; then
	on_terminal() { script -qec "$1" /dev/null </dev/null | tr -d '\r'; }
	printf '#!/bin/sh\nsed "s/^/paged: /"\n' >pager && chmod +x pager
	like 'long output goes to $PAGER on a terminal' "$(on_terminal "PAGER=$PWD/pager '$LINEUP' timeline")" '^paged: .*nas is reachable'
	unlike 'what stores does not' "$(on_terminal "PAGER=$PWD/pager '$LINEUP' log hello")" '^paged:'
	unlike 'nor what goes to a file' "$(PAGER=$PWD/pager lineup timeline)" '^paged:'
	like 'a pager that is not there is said' "$(on_terminal "PAGER=/no/such/pager '$LINEUP' timeline")" 'lineup: .PAGER.*not there'
else
	skip 'the pager' 'script(1) is not installed'
fi
done_testing
