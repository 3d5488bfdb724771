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
wrong 'broken JSON' 's/"bid": 80,/"bid": 80/' "line "
status 'a folder that is not there is said' 1 lineup formats --formats nowhere
like 'by its name' "$(cat err)" "nowhere"
done_testing
