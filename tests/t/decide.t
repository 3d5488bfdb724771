#!/bin/sh
# What people settle: incidents, milestones, decisions, actions, assets, locations; and keeping it.
. "$(dirname "$0")/../lib.sh"

lineup incident new "Logins down" --severity critical --from 2024-06-17T06:00Z >out 2>err
is 'ids count up' "$(cat out; lineup incident new 'Another' --from 2024-07-01 2>/dev/null)" 'inc-1
inc-2'
status 'two open incidents: none is implied' 1 lineup mark detected 2024-06-18T06:35Z
like 'and the message lists them' "$(cat err)" 'inc-1.*inc-2'
lineup incident focus inc-1 2>err
status 'the one in focus is' 0 lineup mark detected 2024-06-18T06:35Z --because "first complaints"
like 'mark echoes what it stored' "$(cat out)" '^detected  2024-06-18 06:35Z  inc-1$'
lineup mark detected 2024-06-18T06:40Z --because "corrected" >/dev/null
like 'the last mark stands' "$(lineup overlap inc-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["milestones"]["detected"])')" '06:40:00Z.*confirmed'
status 'decide records options and reason' 0 lineup decide "restore the old copy" --over "wait" --over "rebuild" --because "nobody knows when" --by dora --at 2024-06-19T13:45Z
like 'and is an event' "$(lineup timeline --kind response.person.decided)" 'restore the old copy'
lineup action add "Alert on old copies" --type detect --owner emil --due 2024-07-12 >out
is 'actions have ids' "$(cat out)" a-1
status 'an overdue action is a finding' 3 lineup action list
lineup action done a-1 --because "alert is live"
status 'a done one is not' 0 lineup action list
is 'its history is kept' "$(lineup action list --json | python3 -c 'import json,sys; a=json.load(sys.stdin)["actions"][0]; print(a["state"], len(a["history"]))')" 'done 2'
status 'an action needs a type' 2 lineup action add x
status 'done twice is done once' 0 lineup action done A-1
like 'and says so' "$(cat err)" 'a-1 is done already'
lineup --tz Europe/Berlin action add 'Test restores' --type process --due 2024-07-12 >/dev/null
lineup action list --json >actions.json
is 'a day is that day in every zone' "$(python3 -c 'import json; print(json.load(open("actions.json"))["actions"][1]["due"])')" 2024-07-12T00:00:00Z
LINEUP_NOW=2024-07-12T23:59:59Z status 'all of it' 0 lineup action list
LINEUP_NOW=2024-07-13T00:00:00Z status 'and not longer' 3 lineup action show a-2
lineup action set a-2 --owner nora --due 2024-09-01 --because 'waits for a spare cluster'
like 'another owner and date are a revision' "$(lineup action show a-2)" 'due 2024-07-12T00:00:00Z -> 2024-09-01T00:00:00Z.*waits for a spare cluster|owner none -> nora, due'
is 'only those in a state' "$(lineup action list --state done --json | python3 -c 'import json, sys; print([a["id"] for a in json.load(sys.stdin)["actions"]])')" "['a-1']"
lineup action set a-1 --reopen --because 'the alert went off for nothing'
is 'what was done can be open again' "$(lineup action list --state open --json | python3 -c 'import json, sys; print([(a["id"], a["ended_at"]) for a in json.load(sys.stdin)["actions"]])')" "[('a-1', None), ('a-2', None)]"
lineup action drop a-1 --because 'another team has it'
status 'a state that there is not' 2 lineup action list --state banana
status 'nor an action' 1 lineup action set a-9 --owner x
status 'nor an incident' 1 lineup action list --incident inc-9
lineup asset add login --namespace auth --volume pvc-1 --backup nightly --objective 4h >/dev/null
like 'asset list' "$(lineup asset list)" 'login +4 h'
lineup location set nas decommissioned --from 2024-03-01 >/dev/null
status 'a stretch that ends before it begins is refused' 2 lineup location set nas unreachable --from 2024-03-02T10:00Z --to 2024-03-02T09:00Z
status 'a location needs a name' 2 lineup location set '' reachable
status 'so does an asset' 2 lineup asset add ' '
is 'location list --json' "$(lineup location list --json | python3 -c 'import json,sys; l=json.load(sys.stdin)["locations"][0]; print(l["name"], l["reachability"][-1]["state"], l["reachability"][-1]["from"])')" 'nas decommissioned 2024-03-01T00:00:00Z'
is 'incident list --json' "$(lineup incident list --json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["lineup"], [i["id"] for i in d["incidents"]])')" "1 ['inc-1', 'inc-2']"
status 'an incident of no length is none' 2 lineup incident new 'One day' --from 2024-06-17 --to 2024-06-17
like 'and a date alone is its midnight' "$(cat err)" 'it would end when it begins; a date alone is its midnight'
lineup incident set inc-1 --to 2024-06-19T16:00Z --status final
like 'incident show' "$(lineup incident show inc-1)" 'final'
lineup incident close inc-2 --to 2024-07-02 2>/dev/null
like 'incident close' "$(lineup incident list)" 'inc-2.*2024-07-02'

# Taking back.
lineup incident focus inc-1 2>/dev/null
status 'forget of a milestone is a dry run' 0 lineup forget detected
like 'which says what was marked' "$(cat out err)" 'would forget milestone inc-1/detected: 2024-06-18 06:40:00Z'
status 'with --yes it is taken back' 0 lineup forget detected --yes
is 'and no mark stands' "$(lineup incident show inc-1 | grep -c ^detected)" 0
status 'nobody marked it any more' 1 lineup forget detected
lineup mark detected 2024-06-18T06:35Z >/dev/null
like 'it can be marked again' "$(lineup incident show inc-1)" 'detected +2024-06-18 06:35:00Z'
status 'an incident with decisions stays' 1 lineup forget inc-1
like 'and the message says what hangs on it' "$(cat err)" 'inc-1 has 1 decision and 2 actions'
lineup incident new 'Typed twice' --severity SEV2 --from 2024-07-03 >/dev/null 2>&1
like 'a severity by its rank' "$(lineup incident list)" 'inc-3 +error'
status 'one without goes' 0 lineup forget inc-3 --yes
is 'and is in no list' "$(lineup incident list | grep -c 'Typed twice')" 0
is 'its number is not given again' "$(lineup incident new 'Another day' --from 2024-07-04 2>/dev/null)" inc-4
lineup forget inc-4 --yes 2>/dev/null

# What the next shift reads: as long as nobody said that it ended, the impact goes on.
lineup -d shift.db incident new 'Logins down' --from 2025-01-15T11:00Z >/dev/null 2>&1
lineup -d shift.db log 'nobody can log in' --at 2025-01-15T11:05Z >/dev/null
like 'an open incident is not over' "$(lineup -d shift.db report --template handover)" '^- \*\*the impact\*\*, since 2025-01-15 11:00 UTC \[E[0-9]+\]'
lineup -d shift.db mark impact_start 2025-01-15T11:05Z >/dev/null
like 'nor is an impact without an end' "$(lineup -d shift.db report --template handover)" '^- \*\*the impact\*\*, since 2025-01-15 11:05 UTC \[E[0-9]+\]'
like 'and show says that it is open' "$(lineup -d shift.db incident show)" '^to +open$'
lineup -d shift.db mark impact_end 2025-01-15T11:35Z >/dev/null
like 'then nothing is' "$(lineup -d shift.db report --template handover)" '^Nothing is open as far as the evidence goes'

# Keeping.
status 'backup makes a copy' 0 lineup backup copy.db
is 'which is the same' "$(lineup -d copy.db timeline --json | cksum)" "$(lineup timeline --json | cksum)"
status 'verify finds nothing wrong' 0 lineup verify
like 'seal prints length and head of the chain' "$(lineup seal)" '^[0-9]+ [0-9a-f]{64}$'
status 'forget is a dry run' 0 lineup forget d-1
is 'which leaves it' "$(lineup timeline --kind response.person.decided | wc -l)" 1
status 'forget --yes takes it back' 0 lineup forget d-1 --yes
is 'and it is gone' "$(lineup timeline --kind response.person.decided 2>/dev/null | wc -l)" 0
lineup timeline --json >before
status 'rebuild' 0 lineup rebuild
lineup timeline --json >after
same 'a rebuild changes nothing' after before
sqlite3 lineup.db "DROP TRIGGER IF EXISTS statement_no_update; DROP TRIGGER IF EXISTS statement_immutable" 2>/dev/null
for t in $(sqlite3 lineup.db "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='statement'"); do sqlite3 lineup.db "DROP TRIGGER $t"; done
sqlite3 lineup.db "UPDATE statement SET body = replace(body, 'nobody knows when', 'everybody knew')"
status 'a changed statement breaks the chain' 3 lineup verify
status 'doctor says so too' 3 lineup doctor
done_testing
