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
done_testing
