#!/bin/sh
# A format of one's own: a file with a pattern and samples, checked when it is loaded.
. "$(dirname "$0")/../lib.sh"
mkdir own wrong

cat > own/turbine.json <<'END'
{ "name": "turbine", "blurb": "our turbine's log",
  "pattern": "^T (?<when>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d) (?<level>[A-Z]+) (?<rotor>r\\d+): (?<text>.*)$",
  "continuation": "^\\.\\.\\. (?<text>.*)", "skip": "^#", "zone": "Europe/Paris", "bid": 80,
  "samples": [ { "line": "T 2024-06-18 09:30 ERROR r2: stalled\n... at full load", "when": "2024-06-18 09:30", "level": "ERROR",
    "text": "stalled\nat full load", "fields": { "rotor": "r2" } } ] }
END
cat > turbine.log <<'END'
# begun
T 2024-06-18 09:30 ERROR r2: stalled
... at full load
T 2024-06-18 09:31 INFO r2: turns
END
status 'a file of a format of ones own is read' 0 lineup formats --formats own test turbine.log
like 'it outbids the others' "$(cat err)" 'read as turbine: 2 records'
like 'its zone counts' "$(sed -n 1p out)" '"at":"2024-06-18T07:30:00Z"'
like 'its continuation belongs to the record' "$(sed -n 1p out)" 'stalled\\nat full load'
like 'its groups become fields' "$(sed -n 1p out)" '"rotor":"r2"'
like 'it stands in the list' "$(lineup formats --formats own)" "^turbine +our turbine's log"

# wrong NAME SED-SCRIPT MESSAGE: what is wrong in a copy of it is named, with file and place.
wrong() {
	sed "$2" own/turbine.json > wrong/turbine.json
	status "$1: refused" 1 lineup formats --formats wrong
	like "$1: said" "$(cat err)" "wrong/turbine.json: $3"
}
wrong 'a sample that reads otherwise' 's/"level": "ERROR"/"level": "WARN"/' "sample 1: level is 'ERROR', not 'WARN'"
wrong 'a sample that is not matched' 's/"line": "T /"line": "U /' "sample 1: when is ''"
wrong 'another field than the sample says' 's/{ "rotor": "r2" }/{ "rotor": "r3" }/' "sample 1: rotor is 'r2', not 'r3'"
wrong 'no sample' 's/"samples": \[.*/"samples": [] }/; /"text": "stalled/d' "'samples' is empty"
wrong 'an unknown key' 's/"skip"/"skipp"/' "unknown key 'skipp'"
wrong 'a pattern that is none' 's/(?<when>/(?<when/' "pattern "
wrong 'a bid out of range' 's/"bid": 80/"bid": 800/' "'bid' is not a number from 1 to 100"
wrong 'no name' 's/"name": "turbine", //' "no 'name'"
wrong 'a part that is not there' 's/T (?<when>[^)]*)/T (?<when>%{iso_tme})/' "no part '%\{iso_tme\}'; what is no part is written '%.u007biso_tme\}'"
mkdir text
sed 's/stalled/stalled at %\\u007bload}/' own/turbine.json > text/turbine.json
sed 's/stalled/stalled at %{load}/' turbine.log > text.log
like 'what is written so is text' "$(lineup formats --formats text test text.log 2>/dev/null)" 'stalled at %.load'
wrong 'a part of itself' 's/"skip": "^#"/"skip": "%{me}", "parts": { "me": "#%{me}" }/' 'parts use each other, more than 8 deep'
wrong 'broken JSON' 's/"bid": 80,/"bid": 80/' "line "
status 'a folder that is not there is said' 1 lineup formats --formats nowhere
like 'by its name' "$(cat err)" "nowhere"

# What patterns have in common is written once.
mkdir parts
sed 's/T (?<when>[^)]*)/%{mark} (?<when>%{iso_time})/; s/"skip"/"parts": { "mark": "%{letter}", "letter": "[T]" }, "skip"/' own/turbine.json > parts/turbine.json
lineup formats --formats own test turbine.log >plain 2>/dev/null
lineup formats --formats parts test turbine.log >parted 2>/dev/null
like 'parts are named in the file' "$(cat parts/turbine.json)" '%\{mark\}'
is 'and stand for what they name, be they its own or shared' "$(cat parted)" "$(cat plain)"

# ingest looks at what is of one's own before anything is begun.
status 'ingest with a faulty format is refused' 1 lineup -d none.db ingest --formats wrong turbine.log
like 'and says which' "$(cat err)" '^lineup: wrong/turbine.json: line '
mkdir rules && echo '{ "formats": ["turbine"], "rules": [ { "when": {}, "kind": "no.such.kind" } ] }' > rules/r.json
status 'with a faulty rule, too' 1 lineup -d none.db ingest --rules rules turbine.log
like 'with its place' "$(cat err)" "^lineup: rules/r.json: rule 1: unknown kind 'no.such.kind'"
status 'and as a format that is none' 1 lineup -d none.db ingest --as turbine turbine.log
like 'by its name' "$(cat err)" "^lineup: no format 'turbine'; 'lineup formats' lists them"
long=$(printf '%0300d' 0)
status 'however long that is' 1 lineup -d none.db ingest --as "$long" turbine.log
like 'all of it' "$(cat err)" "^lineup: no format '$long'"
is 'nothing was begun' "$(ls none.db 2>/dev/null)" ''

# What was read as a format of one's own needs it again.
export XDG_CONFIG_HOME="$PWD/config"
mkdir -p config/lineup && cp -r own config/lineup/formats
lineup ingest --as turbine turbine.log 2>/dev/null
status 'a rebuild reads it again' 0 lineup rebuild
rm -r config/lineup/formats
lineup timeline > before
status 'without its format it is refused' 1 lineup rebuild
like 'and says why' "$(cat err)" "'turbine.log' was read as 'turbine', which is no format now; say another with --as"
is 'and everything is still there' "$(lineup timeline)" "$(cat before)"
like 'and it was read as that' "$(cat before)" 'r2|stalled'
done_testing
