#!/bin/sh
# A timeline of an older lineup: whoever opens it first brings it up to date, whole or not at all, and keeps it as it was.
. "$(dirname "$0")/../lib.sh"
next="${OUT:-}/next/lineup"
[ -x "$next" ] || skip_all 'no program with a next schema here'
version() { sqlite3 "$1" 'PRAGMA user_version'; }
all() { "$1" -d "$2" timeline; "$1" -d "$2" sources; "$1" -d "$2" incident list; "$1" -d "$2" action list; "$1" -d "$2" spans; }
# A timeline as this lineup has it, for the one with the next schema to find.
old() { sqlite3 "$1" <"$TESTS/hostile/golden-1.sql" >/dev/null; "$LINEUP" -d "$1" timeline >/dev/null 2>&1; rm -f "$1".schema-*; }
old probe.db
n=$(version probe.db)

# The first released schema, by the program as it is.
sqlite3 first.db <"$TESTS/hostile/golden-1.sql" >/dev/null
status 'a timeline of the first schema opens' 0 "$LINEUP" -d first.db timeline
like 'and is upgraded with a word' "$(cat err)" "^an older lineup made 'first.db'"
is 'what it was is kept' "$(version first.db.schema-1)" 1

old read.db
status 'reading an old timeline works' 0 "$next" -d read.db timeline
like 'it is said, and where the old one is' "$(cat err)" "^an older lineup made 'read.db'; it is up to date now, and as it was in 'read.db.schema-$n'"
is 'it has the new schema' "$(version read.db)" 900
is 'what the schema derives is there' "$(sqlite3 read.db 'SELECT * FROM shelf')" 'logfmt|1'
all "$next" read.db >out
same 'it reads as ever' out "$TESTS/hostile/golden-1.expected"
is 'the copy has the old schema' "$(version read.db.schema-$n)" "$n"
all "$LINEUP" "read.db.schema-$n" >out
same 'the older lineup reads the copy as ever' out "$TESTS/hostile/golden-1.expected"
is 'nothing else is left behind' "$(echo read.db*)" "read.db read.db.schema-$n"
status 'once is enough' 0 "$next" -d read.db timeline
is 'and nothing more is said' "$(cat err)" ''
like 'the new one is sound' "$("$next" -d read.db doctor)" 'is sound, 1 source'
status 'it can be rebuilt' 0 "$next" -d read.db rebuild

status 'the older lineup refuses it' 1 "$LINEUP" -d read.db timeline
like 'with a clear word' "$(cat err)" "it needs lineup with schema 900; this one knows $n"
like 'what is typed into the older lineup is not lost' "$("$LINEUP" -d read.db log 'typed too early' 2>/dev/null)" '^spooled'
"$next" -d read.db log 'typed later' >/dev/null 2>&1
like 'the newer one takes it in' "$("$next" -d read.db timeline)" 'typed too early'

# A step that fails leaves all as it was.
old fails.db
sqlite3 fails.db 'CREATE TABLE shelf(x)'
status 'an upgrade that fails is a failure' 1 "$next" -d fails.db timeline
like 'its step is named' "$(cat err)" "cannot bring it up to date: schema/900_next.sql: cannot use 'fails.db': table shelf already exists"
is 'the schema is the old one' "$(version fails.db) $(sqlite3 fails.db "SELECT count(*) FROM pragma_table_info('source') WHERE name = 'shelf'")" "$n 0"
all "$LINEUP" fails.db >out
same 'the older lineup still reads it' out "$TESTS/hostile/golden-1.expected"
old orphans.db
sqlite3 orphans.db 'DELETE FROM source'
status 'rows that name what is not there stop it' 1 "$next" -d orphans.db timeline
like 'it is said' "$(cat err)" 'rows of it would name what is not there'
is 'and nothing is changed' "$(version orphans.db)" "$n"

# Several at once: one does it, nobody fails, no line is lost.
old crowd.db
for i in 1 2 3 4 5 6; do "$next" -d crowd.db log "voice $i" >"voice$i" 2>&1 & done
wait
is 'of several at once one says that it did it' "$(cat voice* | grep -c 'older lineup')" 1
is 'all lines are there' "$("$next" -d crowd.db timeline | grep -c 'voice [1-6]')" 6
is 'the copy has none of them' "$("$LINEUP" -d "crowd.db.schema-$n" timeline | grep -c voice)" 0

# No room for the copy: nothing is touched.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=600k tmpfs small 2>/dev/null; then
	old full.db && cp full.db small/
	status 'without room for the copy there is no upgrade' 1 "$next" -d small/full.db timeline
	like 'it is said why' "$(cat err)" 'cannot bring it up to date: .*the disk is full'
	is 'the old one is untouched' "$(version small/full.db) $(ls small)" "$n full.db"
	umount small
else
	skip 'without room for the copy there is no upgrade' 'only root can mount a small disk'
fi
done_testing
