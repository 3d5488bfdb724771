#!/bin/sh
# What operators type: times, tags, spans, spool; nothing typed is lost.
. "$(dirname "$0")/../lib.sh"

status 'the first line needs nothing before it' 0 lineup log "volumes faulted on 3 nodes @fusionauth #storage"
like 'it echoes id, time and lane' "$(cat out)" '^e[0-9a-f]{12}  2025-01-15 12:00:00Z  storage$'
like 'the text is kept as typed' "$(lineup timeline)" 'service:fusionauth  volumes faulted on 3 nodes @fusionauth #storage'
lineup log "10m ago: restarted the ingress" >out
like 'a time may stand in front' "$(cat out)" '2025-01-15 11:50'
lineup log "at 09:40 nobody can log in" >out
like 'also as "at 09:40"' "$(cat out)" '2025-01-15 09:40Z'
lineup log --at "yesterday 14:00" "looked at the dashboards" >out
like '--at understands yesterday' "$(cat out)" '2025-01-14 14:00Z'
lineup --tz Europe/Paris log --at "2024-06-18 09:30" "local time" >out
like 'a typed time is in the reader'"'"'s zone, and echoed in both' "$(cat out)" '2024-06-18 07:30Z \(09:30 CEST\)'
lineup log --from 2024-06-18T04:00Z --to 2024-06-18T05:00Z --kind service.health.down --subject service:login "logins down" >out
like 'a span shows its end' "$(cat out)" 'until 2024-06-18 05:00'
like 'and is one event with an end' "$(lineup timeline --json --kind service.health.down)" '"until":"2024-06-18T05:00:00Z"'
status '--to before --from is refused' 2 lineup log --from 10:00 --to 09:00 x
status '--at with --from is refused' 2 lineup log --at 10:00 --from 09:00 x
status 'nothing to log is a usage error' 2 lineup log ""
lineup log same >a; lineup log same >b
is 'the same sentence twice is two events' "$(lineup timeline | grep -c '  same  ')" 2
printf 'one\n\ntwo\nthree\n' | lineup log - >out
is 'log - takes a line an entry' "$(wc -l <out)" 3
is 'log --json tells the id' "$(lineup log --json x | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["lineup"], d["id"][0], d["spooled"])')" '1 e False'

# An incident in focus is implied and shown.
lineup incident new "Logins down" --severity critical --from 2025-01-15T06:00Z >out 2>err
is 'a new incident prints its id' "$(cat out)" inc-1
like 'the echo shows the incident' "$(lineup log 'in it')" 'inc-1$'

# Times in front of the sentence, and what only looks like one.
export LINEUP_DB=times.db
at() { lineup log "$1" 2>err | sed -E 's/^e[0-9a-f]+  //; s/  [a-z]+\??$//'; }
is 'a bare time of day' "$(at '09:40 nobody can log in')" '2025-01-15 09:40Z'
is 'with a colon' "$(at '09:40: nobody can log in')" '2025-01-15 09:40Z'
is 'a day and a time' "$(at 'yesterday 14:00: looked at the dashboards')" '2025-01-14 14:00Z'
is 'with a zone' "$(at 'at 09:40 CEST, restarted the ingress')" '2025-01-15 07:40Z'
is 'ago without a colon' "$(at '10 minutes ago restarted the ingress')" '2025-01-15 11:50:00Z'
for t in '404: not found on /login' '3 nodes down' '10.0.0.1 unreachable' '5m latency spike' 'at the load balancer: 502' 'update: all well' \
	'1.5 TB left' '2024: what a year' '12:34:56:78:9a:bc flaps'; do
	is "no time in '$t'" "$(at "$t") $(cat err)" '2025-01-15 12:00:00Z '
	like 'and its text is whole' "$(lineup timeline)" "  $t  e"
done
is 'what cannot be a time is now' "$(at 'at 25:00 all went dark')" '2025-01-15 12:00:00Z'
like 'and is said' "$(cat err)" "'25:00' is no time: taken as now"
at 'at 23:00 it will be over' >/dev/null
like 'a time to come is said' "$(cat err)" '2025-01-15 23:00Z is still to come'

# Just after midnight a time of day is last night's; so is a beginning whose end would come before it.
is 'last night' "$(LINEUP_NOW=2025-01-15T00:10:00Z at '23:50 the volumes went')" '2025-01-14 23:50Z'
like 'and is said' "$(cat err)" "'23:50' is taken as yesterday's"
is 'a moment ahead is not' "$(LINEUP_NOW=2025-01-15T00:10:00Z at '00:14 by my watch')" '2025-01-15 00:14Z'
like 'also with a zone' "$(LINEUP_NOW=2025-01-15T00:10:00Z lineup log --at '00:55 CET' x 2>&1)" "2025-01-14 23:55Z"
like 'over midnight' "$(LINEUP_NOW=2025-01-15T00:10:00Z lineup log --from 23:00 --to 00:05 x 2>&1)" '2025-01-14 23:00Z .*until 2025-01-15 00:05Z'
like 'told a day later' "$(lineup log --from 23:00 --to 01:05 x 2>&1)" '2025-01-14 23:00Z .*until 2025-01-15 01:05Z'
lineup log --from 2025-01-15T11:00Z --to 10:00 x >out 2>err
like 'what is turned round has a way out' "$(cat err)" "before --from; say the day too"

# The hour that comes twice in autumn: both readings are kept, and it is said.
lineup --tz Europe/Paris log --at '2024-10-27 02:30' 'in the night' >out 2>err
like 'the earlier is taken' "$(cat out)" '2024-10-27 00:30Z \(02:30 CEST\)'
like 'and the other is told' "$(cat err)" 'twice: taken as 2024-10-27T00:30:00Z; if 2024-10-27T01:30:00Z is meant'
like 'both bounds are in the timeline' "$(lineup timeline --json)" '"at_bounds":\["2024-10-27T00:30:00Z","2024-10-27T01:30:00Z"\]'
like 'the zone of the environment counts too' "$(LINEUP_TZ=Europe/Paris lineup log 'at 09:40 x')" '08:40Z \(09:40 CET\)'
like 'the machine'"'"'s zone is shown beside UTC' "$(TZ=Asia/Kathmandu lineup log 'x')" '12:00:00Z \(17:45 \+0545\)'
status 'a zone that is none' 1 env LINEUP_TZ=Mars/Olympus "$LINEUP" log x
lineup log 'volumes gone #storge' >/dev/null 2>err
like 'a lane mistyped' "$(cat err)" 'did you mean #storage'
printf 'St\366rung in Z\374rich\n' | lineup log - >/dev/null 2>err
like 'Latin-1 is read as what it is' "$(lineup timeline)" 'Störung in Zürich'
like 'and said to be' "$(cat err)" 'read as Latin-1'

# Amending: a revision, and what it was stays visible.
export LINEUP_DB=amend.db
id=$(lineup log 'volumes fauled on 3 nodes' | cut -c1-8)
is 'an amended line keeps its id' "$(lineup log --amend "$id" 'volumes faulted on 3 nodes #storage' | cut -c1-8)" "$id"
LINEUP_AUTHOR=jo lineup log --amend "$id" --at 11:40 --severity error >out
like 'an option alone amends' "$(cat out)" '2025-01-15 11:40Z  storage  amended'
is 'there is one line' "$(lineup timeline | sed 's/  e[0-9a-f]*$//')" '2025-01-15 11:40Z  storage  error    volumes faulted on 3 nodes #storage'
like 'show tells what it was' "$(lineup show "$id")" 'was at first +2025-01-15 12:00:00Z, by tester: 2025-01-15T12:00:00Z  storage  volumes fauled'
like 'and who amended it' "$(lineup show "$id")" 'amended +2025-01-15 12:00:00Z, by jo'
is 'show --json has all revisions' "$(lineup show "$id" --json | python3 -c 'import json,sys; print([r["said"]["text"] for r in json.load(sys.stdin)["revisions"]])')" \
	"['volumes fauled on 3 nodes', 'volumes faulted on 3 nodes #storage', 'volumes faulted on 3 nodes #storage']"
lineup timeline --json >before; lineup rebuild >/dev/null 2>&1; lineup timeline --json >after
same 'a rebuild makes the same of it' after before
status 'nothing can be amended that is not there' 1 lineup log --amend eabcdef012 'lost text'
like 'and the text is shown again' "$(cat err)" '^not logged: lost text'
echo '{"kind":"Event","apiVersion":"v1","reason":"Started","message":"m","involvedObject":{"kind":"Pod","name":"p"},"metadata":{"uid":"u"},"lastTimestamp":"2025-01-15T11:00:00Z"}' >ev.json
lineup ingest ev.json >/dev/null 2>&1
status 'evidence cannot be amended' 1 lineup log --amend "$(lineup timeline --json | sed -n 's/.*"id":"\([^"]*\)".*Started.*/\1/p' | head -n 1)" x
like 'and says why' "$(cat err)" 'it is no line that somebody logged'
status 'one thing at a time' 2 lineup log --amend "$id" --begin x

# What goes on until it is ended.
export LINEUP_DB=pairs.db
lineup log --begin drain --at 10:00 'draining pool-a #upgrade' >out
like 'a begin is told' "$(cat out)" "upgrade  'drain' begins"
lineup log --begin 'work on dns' --kind change.work.began >/dev/null
is 'the name is the text when there is no other' "$(lineup timeline | grep -c 'work on dns')" 1
status 'an end without a begin' 1 lineup log --end drian
like 'tells what goes on' "$(cat err)" "there is 'drain', 'work on dns'"
lineup log --end drain --at 10:45 'all pods have moved' >out
like 'an end tells how long it took' "$(head -n 1 out)" "until 2025-01-15 10:45Z  'drain' took 45 min"
like 'it is one event with an end' "$(lineup timeline)" 'draining pool-a #upgrade  \[until 2025-01-15 10:45Z\]'
like 'and its text a line of its own' "$(lineup timeline)" '10:45Z  response info     all pods have moved'
status 'it has ended' 1 lineup log --end drain
status 'nothing ends before it begins' 1 lineup log --end 'work on dns' --at 09:00
like 'a kind makes a condition of it' "$(lineup spans)" 'change.underway'

# Shaking hands: quotes forgotten, names mistyped, times to come.
export LINEUP_DB=hands.db
status 'a title without quotes' 0 lineup incident new Logins are down --from 11:00
status 'a decision without quotes' 0 lineup decide restore the old copy --over wait --because 'nobody knows'
like 'is kept whole' "$(lineup timeline)" 'restore the old copy'
status 'an action without quotes' 0 lineup action add test the restore --type detect
like 'is kept whole too' "$(lineup action list)" 'test the restore'
lineup incident new later --from 18:00 >/dev/null 2>err
like 'a begin to come is doubted' "$(cat err)" '18:00Z is still to come: is that meant'
lineup incident new midnight --from 23:00 --to 01:05 >/dev/null 2>err
like 'an incident over midnight' "$(lineup incident list)" '2025-01-14 23:00Z'
like 'a milestone of last night' "$(LINEUP_NOW=2025-01-15T00:10:00Z lineup mark detected 23:55 --incident inc-1 2>&1)" '2025-01-14 23:55Z'
like 'a decision of last night' "$(LINEUP_NOW=2025-01-15T00:10:00Z lineup decide wait --at 23:56 --incident inc-1 2>&1; lineup timeline)" '2025-01-14 23:56Z .*wait'
status 'a lane mistyped' 2 lineup log --lane strage x
like 'is recognised' "$(cat err)" "unknown 'strage', perhaps 'storage'; one of notice"
for i in 1 2 3 4 5; do lineup log "line $i" >/dev/null; done
LINEUP_NOW=2025-01-15T12:01:00Z lineup log 'the last line' >/dev/null
status 'the beginning of an option will do' 0 lineup log --sev warning --sub service:login x
status 'when no other begins so' 2 lineup log --s warning x
is 'the newest lines' "$(lineup timeline --last 1 | sed 's/  e[0-9a-f]*$//')" '2025-01-15 12:01:00Z  response info     the last line'
is 'in their order' "$(lineup timeline --last 3 --json | tail -n 1 | grep -c 'the last line')" 1
status 'not the oldest and the newest' 2 lineup timeline --last 3 --limit 3

# Without a text, on a terminal, an editor asks for one.
export LINEUP_DB=edit.db
if command -v script >/dev/null; then
	printf '#!/bin/sh\n{ echo "at 11:30 wrote this at length"; echo "in two lines"; cat "$1"; } >x && mv x "$1"\n' >editor; chmod +x editor
	script -qec "env EDITOR=./editor $LINEUP log" /dev/null </dev/null >out 2>&1
	like 'an editor writes the line' "$(cat out)" '2025-01-15 11:30Z'
	like 'with all its lines' "$(lineup timeline --json)" '"text":"wrote this at length\\nin two lines"'
	script -qec "env EDITOR=true $LINEUP log" /dev/null </dev/null >out 2>&1
	like 'an empty text logs nothing' "$(cat out)" 'nothing is logged'
	script -qec "env EDITOR=/nonexistent/ed $LINEUP log" /dev/null </dev/null >out 2>&1
	like 'a missing editor is told' "$(cat out)" 'set .EDITOR'
	is 'and nothing else was logged' "$(lineup timeline | wc -l)" 1
else
	skip 'an editor writes the line' 'script(1) is not installed'
fi

# Locked by another program: the line goes to the spool and comes back.
export LINEUP_DB=locked.db
lineup log first >/dev/null
if command -v python3 >/dev/null; then
	lock EXCLUSIVE
	status 'a locked database does not lose the line' 0 timeout 30 "$LINEUP" log "typed while it was locked"
	like 'which is acknowledged as spooled' "$(cat out)" '^spooled  2025-01-15 12:00:00Z'
	status 'nor a begin' 0 lineup log --begin repair 'in the dark'
	status 'nor an end' 0 lineup log --end repair
	status 'nor the end of something unknown' 0 lineup log --end 'no such thing' 'it is over'
	unlock
	lineup timeline >out 2>err
	is 'whoever looks next takes them in' "$(cat err | head -n 1)" "lineup: spooled line kept as it stands: nothing has begun that could end; 'lineup log --begin NAME' begins something"
	is 'all lines are there' "$(wc -l <out)" 4
	like 'what began has ended' "$(cat out)" 'in the dark'
	like 'and what could not be ended is kept' "$(cat out)" 'ends no such thing: it is over'
	is 'the spool is gone' "$(ls locked.db.spool 2>/dev/null)" ''
fi

# A database that cannot be made: the text is not gone.
mkdir folder.db
LINEUP_DB=folder.db lineup log "cannot be stored" >out 2>err
is 'what cannot be stored is spooled' "$(grep -c 'cannot be stored' folder.db.spool)" 1

# A crash or a full disk tore a line of the spool: the lines around it are taken in, and what is left of it is kept.
export LINEUP_DB=torn.db
mkdir torn.db && lineup log "before the tear" >/dev/null 2>&1
printf '{"at":1,"text":"torn' >>torn.db.spool
lineup log "behind the tear" >/dev/null 2>&1
rmdir torn.db && lineup log "all is well again" >/dev/null 2>err
like 'a damaged line of the spool is told' "$(cat err)" 'a line of the spool is damaged'
is 'and costs no other' "$(lineup timeline | grep -cE '(before|behind) the tear|well again|"text":"torn')" 4
is 'the spool is empty then' "$(test -s torn.db.spool; echo $?)" 1

# The power went after the lines were taken in, before the spool was removed: they are not taken in twice.
export LINEUP_DB=twice.db
mkdir twice.db && lineup log "once" >/dev/null 2>&1 && lineup log "and once more" >/dev/null 2>&1 && rmdir twice.db
cp twice.db.spool saved && lineup log "first" >/dev/null 2>&1
mkdir spare && cp saved twice.db.spool && lineup log "second" >/dev/null 2>&1
is 'each spooled line is taken in once' "$(lineup timeline | grep -c once)" 2

# Nobody hears the answer: the line is kept, and the status says that something is amiss.
export LINEUP_DB=deaf.db
if [ -w /dev/full ]; then
	lineup log "into the void" >/dev/full 2>err
	is 'an answer that cannot be written is no success' "$? $(wc -l <err)" '1 1'
	is 'the line is there all the same' "$(lineup timeline | grep -c 'into the void')" 1
fi
seq 1 3000 | sed 's/.*/2024-06-18T04:00:00Z level=error msg="line &"/' >many.log
lineup ingest many.log >/dev/null 2>&1
(lineup timeline 2>err | head -n 1 >/dev/null)
is 'a reader who has seen enough gets no complaint' "$(cat err)" ''

# Hostile text reaches no terminal as it is.
export LINEUP_DB=hostile.db
lineup log "$(printf 'bell \007 escape \033[31m bidi \342\200\256 end')" >/dev/null
unlike 'control and bidi characters are made visible' "$(lineup timeline)" "$(printf '\033|\007|\342\200\256')"
done_testing
