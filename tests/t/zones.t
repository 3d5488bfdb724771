#!/bin/sh
# A log taken twice, whose zone only one of the takings proves, is one log: in whatever order they come, grown or cut.
. "$(dirname "$0")/../lib.sh"

cat >whole.log <<'EOF'
INFO: 2024/06/17 22:00:36.195250 Backup will be pushed to storage: default
INFO: 2024/06/17 22:03:36.730815 Wrote backup with name base_00000001000000000000004A to storage default
INFO: 2024/06/18 07:12:02.100410 List backups from storages: [default]
backup_name                   modified                  wal_file_name            storage_name
base_00000001000000000000004A 2024-06-17T22:03:36-04:00 00000001000000000000004A default
EOF
head -n 2 whole.log >cut.log

events() {
	LINEUP_DB=$1 lineup timeline --json --undated | sed 's/"source".*//' | cut -d, -f1-6
}
taken() {
	LINEUP_DB=$1 lineup ingest "$2" --json 2>/dev/null | tr -d ' "{}\n:' | sed 's/.*total//' | cut -d, -f1-4
}

LINEUP_DB=one.db lineup ingest whole.log >/dev/null 2>&1
events one.db >wanted
like 'the zone is proved by the list' "$(cat wanted)" '2024-06-18T02:00:36.195250Z'

taken two.db cut.log >/dev/null
like 'without the list it is not' "$(events two.db)" '2024-06-17T22:00:36.195250Z'
is 'what is known already is no new record' "$(taken two.db whole.log)" 'records4,new2,grown0,duplicate2'
events two.db >got
same 'and stands at the time that is proved, once' got wanted
LINEUP_DB=two.db lineup rebuild >/dev/null 2>&1
events two.db >got
same 'also rebuilt' got wanted

is 'a cut log adds nothing to a whole one' "$(taken one.db cut.log)" 'records2,new0,grown0,duplicate2'
events one.db >got
same 'and changes nothing' got wanted

# Grown in place.
head -n 2 whole.log >grown.log
taken three.db grown.log >/dev/null
cp whole.log grown.log
taken three.db grown.log >/dev/null
events three.db >got
same 'a log that grows until its zone is proved' got wanted
found() {
	LINEUP_DB=$1 lineup search backup --json | grep -c .
}
is 'words are found once' "$(found three.db)" "$(found one.db)"

# A snapshot is no log taken twice: its rows bear no time, only an age.
printf 'NAME     STATUS     ROLES    AGE   VERSION\nnode-1   NotReady   <none>   5d    v1.28.9\nnode-2   Ready      <none>   5d    v1.28.9\n' >early.txt
sed s/node-2/node-3/ early.txt >late.txt
LINEUP_DB=one.db lineup ingest late.txt --captured-at 2024-06-17T12:00:00Z >/dev/null 2>&1
LINEUP_DB=one.db lineup ingest early.txt --captured-at 2024-06-17T08:00:00Z >/dev/null 2>&1
is 'what two snapshots say stands twice, though an offset in use lies between them' \
	"$(LINEUP_DB=one.db lineup timeline --json | grep -c 'node-1')" 2

# What somebody says of the zone is not doubted.
LINEUP_DB=four.db lineup ingest whole.log --zone Europe/Berlin >/dev/null 2>&1
like 'a zone that is told holds' "$(events four.db)" '2024-06-17T20:00:36.195250Z'
like 'what is proved is said aloud' "$(LINEUP_DB=five.db lineup ingest whole.log 2>&1)" \
	"^3 new events state no zone, which other lines of their file prove .*; say --zone if you know better"

# ---- a line that anybody may have written proves nothing of what others wrote ----
at() { # at TEXT FILE: times of the events whose text begins so
	rm -f at.db
	LINEUP_DB=at.db lineup ingest "$2" >/dev/null 2>&1
	LINEUP_DB=at.db lineup timeline --json 2>/dev/null | grep "\"text\":\"$1" | sed 's/.*"at":"\([^"]*\)".*/\1/' | tr '\n' ' '
}
cat >hosts.log <<'EOF'
Jun 18 04:12:11 node-1 kubelet[1]: volume one is faulted
Jun 18 04:12:12 guest-9 k3s[812]: time="2024-06-18T15:12:12Z" level=info msg="hello"
Jun 18 04:12:13 guest-9 k3s[812]: time="2024-06-18T15:12:13Z" level=info msg="hello"
Jun 18 04:12:13 node-1 kubelet[1]: volume two is faulted
Jun 18 04:12:14 guest-9 sshd[9]: from elsewhere
EOF
is "another host's clock" "$(at volume hosts.log | sed 's/20[0-9][0-9]-//g')" '06-18T04:12:11Z 06-18T04:12:13Z '
is 'but its own' "$(at from hosts.log)" '2024-06-18T15:12:14Z '
cat >once.log <<'EOF'
2024-06-18 04:12:11 ERROR volume one is faulted
2024-06-18T15:12:12Z INFO GET /
2024-06-18 04:12:13 ERROR volume two is faulted
EOF
is 'one line alone, whatever stands around it' "$(at volume once.log)" '2024-06-18T04:12:11Z 2024-06-18T04:12:13Z '
cp once.log twice.log
cat >>twice.log <<'EOF'
2024-06-18T15:12:14Z INFO GET /
2024-06-18 04:12:15 ERROR volume three is faulted
EOF
is 'two may' "$(at 'volume three' twice.log)" '2024-06-18T15:12:15Z '
touch -d 2024-06-18T05:00:00Z twice.log
is 'unless the file was written before' "$(at 'volume three' twice.log)" '2024-06-18T04:12:15Z '
cat >both.log <<'EOF'
2024-06-18 04:12:11 ERROR volume one is faulted
2024-06-18T02:12:12Z INFO GET /
2024-06-18 04:12:13 ERROR volume two is faulted
2024-06-18T02:12:13Z INFO GET /
2024-06-18 04:12:14 ERROR volume two is faulted
2024-06-18T15:12:15Z INFO GET /
2024-06-18 04:12:15 ERROR volume three is faulted
EOF
is 'and unless others say otherwise' "$(at 'volume three' both.log)" '2024-06-18T04:12:15Z '

# ---- both passes of the hour in which clocks go back ----
cat >fold.log <<'EOF'
2024-10-27 02:10:00 INFO first pass
2024-10-27T00:10:01Z INFO GET /
2024-10-27 02:20:00 INFO first pass
2024-10-27T00:20:01Z INFO GET /
2024-10-27 02:50:00 INFO first pass
2024-10-27T00:50:01Z INFO GET /
2024-10-27 02:15:00 INFO second pass
2024-10-27T01:15:01Z INFO GET /
2024-10-27 02:55:00 INFO second pass
2024-10-27T01:55:01Z INFO GET /
EOF
is 'the first pass' "$(at first fold.log)" '2024-10-27T00:10:00Z 2024-10-27T00:20:00Z 2024-10-27T00:50:00Z '
is 'and the second' "$(at second fold.log)" '2024-10-27T01:15:00Z 2024-10-27T01:55:00Z '

# --- a day is the day that was meant, wherever that was ---
export LINEUP_DB=days.db LINEUP_NOW=2024-02-01T12:00:00Z
for zone in Pacific/Honolulu Europe/Berlin Asia/Tokyo Pacific/Auckland Pacific/Chatham; do
	like "said when it is typed in $zone" "$(lineup --tz $zone log "seen from $zone" --at 2024-01-10)" ' 2024-01-10 '
done
is 'in the timeline' "$(lineup timeline | grep -c '^2024-01-10 .*seen from')" 5
is 'in its Markdown' "$(lineup timeline --md | grep -c '^| 2024-01-10 |.*seen from')" 5
is 'in a calendar' "$(lineup timeline --ics | grep -c 'VALUE=DATE:20240110')" 5
lineup incident new 'A long day' --from 2024-01-09T00:00Z --to 2024-01-12T00:00Z >/dev/null 2>&1
is 'and in a report' "$(lineup report | grep -c '^| 2024-01-10 |.*seen from')" 5
done_testing
