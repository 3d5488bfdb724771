#!/bin/sh
# What is typed while the database is busy means the same as if it had not been; changes at once keep each other's.
. "$(dirname "$0")/../lib.sh"

export LINEUP_DB=busy.db
lineup incident new 'Logins down' --from 11:00 >/dev/null 2>&1
storage=$(lineup log --lane storage 'the volume is gone' 2>/dev/null | cut -d' ' -f1)
lock IMMEDIATE
status 'a line is spooled' 0 lineup log 'typed while it was busy'
like '... as one of the incident' "$(cat out)" '^spooled .*inc-1'
lineup log --amend "$storage" 'the database login was gone' >/dev/null 2>&1
lineup log --begin drain 'draining pool-a' >/dev/null 2>&1
unlock
status 'what began in the spool can be ended' 0 lineup log --end drain 'pool-a is drained'
lineup timeline --json --around 12:00 --context 2h >out
is 'the line is of the incident then' "$(grep -c 'typed while it was busy.*inc-1' out)" 1
like 'a guess does not overrule the lane that was said' "$(grep 'login was gone' out)" '"lane":"storage"'

# A spool that is not one stops nobody.
ln -s /nonexistent/file link.db.spool
for words in 'log one' 'timeline' 'incident new x'; do
	status "a link for a spool does not stop '$words'" 0 lineup -d link.db $words
done

# The shell's own incident, for lines and commands; /undo takes back what was said there, and nothing else.
export LINEUP_DB=two.db
lineup incident new First --from 11:00 >/dev/null 2>&1
lineup incident new Second --from 11:00 >/dev/null 2>&1
lineup incident focus inc-1 2>/dev/null
printf 'hello world\n11:40 disk gone\n-\n/decide "wait" --because "it heals"\n' | lineup shell --incident inc-2 >out 2>&1
lineup timeline --json >out
is 'a line in it is what was typed' "$(grep -c '"text":"hello world"' out)" 1
is 'and its time is read' "$(grep -c '"at":"2025-01-15T11:40:00[^"]*".*"text":"disk gone"' out)" 1
is 'a dash is text' "$(grep -c '"text":"-"' out)" 1
like 'a command is of its incident too' "$(lineup incident show inc-2)" 'wait'
unlike 'and of no other' "$(lineup incident show inc-1)" 'wait'
lock IMMEDIATE
lineup log 'a line of a colleague' >/dev/null 2>&1
unlock
printf 'my own line\n/undo\n' | lineup shell >out 2>&1
like '/undo takes back what was typed there' "$(cat out)" 'taken back: .*my own line'
is '... and the spooled line stays' "$(lineup timeline | grep -c 'a line of a colleague')" 1

# What is settled while the database is busy waits no longer than a line does, and is not lost either.
export LINEUP_DB=settled.db
lineup incident new First --from 10:00 >/dev/null 2>&1
lineup incident new Second --from 10:00 >/dev/null 2>&1
lineup incident focus inc-1 2>/dev/null
event=$(lineup log --at 11:10 'logins fail' 2>/dev/null | cut -d' ' -f1)
lock IMMEDIATE
status 'a mark is spooled' 0 lineup mark detected 11:15 --because 'the pager rang'
like 'as one of the incident' "$(cat out)" '^detected  spooled  2025-01-15 11:15Z  inc-1$'
like 'and is said to be safe' "$(cat err)" "it is safe in 'settled.db.spool'"
status 'one by its event, too' 0 lineup mark impact_start --event "$event"
status 'and a decision' 0 lineup decide 'restore the old copy' --over 'wait' --over 'rebuild' --because 'nobody knows' --by dora --at 11:30
like 'as one' "$(cat out)" '^spooled  2025-01-15 11:30:00Z  inc-1$'
status 'an incident that is none is refused, as it can be seen' 1 lineup mark mitigated --incident inc-9
like 'with the reason' "$(cat err)" "no incident 'inc-9'"
unlock
lineup mark detected 11:20 >out 2>err
like 'what was said before comes first' "$(cat err)" 'took in 3 spooled lines'
lineup overlap inc-1 --json >out 2>/dev/null
like 'so the later word stands' "$(tr -d ' \n' <out)" '"detected":{"at":"2025-01-15T11:20'
like 'the event gives its time' "$(tr -d ' \n' <out)" '"impact_start":{"at":"2025-01-15T11:10'
like 'the decision has its options and its author' "$(lineup incident show inc-1)" 'restore the old copy'
like 'and stands on the timeline' "$(lineup timeline)" '11:30Z .*restore the old copy'
lock EXCLUSIVE
status 'a mark in a database that nobody can read' 0 lineup mark resolved 11:50
status 'or of an event that is none' 0 lineup mark mitigated --event effffffff
status 'or of an incident that is none' 0 lineup decide nothing --incident inc-9 --because 'a slip'
unlock
lineup timeline >out 2>err
like 'the first is the implied incident'"'"'s' "$(lineup overlap inc-1 --json 2>/dev/null | tr -d ' \n')" '"resolved":{"at":"2025-01-15T11:50'
is 'the others are kept as lines' "$(grep -c 'mark mitigated\|decide nothing, because a slip' out)" 2
status 'an event that is none is refused at once' 1 lineup mark mitigated --event effffffff
status 'and a database that is none' 1 lineup -d none.db mark detected
is 'nothing is spooled for it' "$(ls none.db* 2>/dev/null)" ''
status 'the chain holds' 0 lineup verify

# Two who change one action at once: both are heard.
id=$(lineup action add 'Test restores' --type prevent --incident inc-1 2>/dev/null)
for i in 1 2 3 4 5 6; do
	lineup action set "$id" --owner "o$i" 2>>err & lineup action set "$id" --due "2030-01-0$i" 2>>err &
	wait
	lineup action show "$id" --json >now
	grep -q "\"o$i\"" now && grep -q "2030-01-0$i" now || echo "round $i: $(cat now)"
done >lost
is 'changes at once keep each other' "$(cat lost)" ''

# More postmortems than files may be open.
mkdir many
for i in $(seq 80); do printf '# Outage %s\n\nDate: 2024-03-01\n\n## Timeline\n\n- 10:00 UTC it broke\n' "$i" >"many/$i.md"; done
(ulimit -n 64; lineup -d many.db import many >out 2>err)
is 'a folder of postmortems needs no file open for each' "$(wc -l <out)" 80
done_testing
