#!/bin/sh
# Postmortems of the past, in the shapes that people write them in: title, dates, length and actions come out right, and only once.
. "$(dirname "$0")/../lib.sh"
cp "$TESTS"/import/*.md .
export LINEUP_DB=past.db

# ---- twelve shapes against what their author says of them ----
for f in *.md; do
	lineup import "$f" --json >"$f.json" 2>"$f.err" && id=$(sed -n 's/.*"incident": *"\(inc-[0-9]*\)".*/\1/p' "$f.json") &&
		lineup overlap "$id" --json >"$f.overlap"
	is "$f is read without remarks about what could not be" "$?" 0
done
lineup incident list --json >incidents.json
lineup action list --json >actions.json
status 'title, dates, length, severity, status and milestones are right' 0 python3 - "$TESTS/import/expected.tsv" <<'PY'
import json, sys
wrong = []
for line in open(sys.argv[1]):
    if line.startswith("#"):
        continue
    name, title, begin, end, minutes, severity, state, milestones = line.rstrip("\n").split("\t")
    one, = json.load(open(name + ".json"))["imported"]
    overlap = json.load(open(name + ".overlap"))
    said = sorted(f"{m} {v['at'][11:16]}" for m, v in overlap["milestones"].items() if v["at"] and v["status"] == "confirmed")
    got = (one["title"], one["from"], one["to"], overlap["metrics"]["impact_duration"]["seconds"] // 60, one["severity"], one["status"], ", ".join(said))
    want = (title, begin, end, int(minutes), severity, state, milestones)
    if got != want:
        wrong.append(f"{name}\n  got  {got}\n  want {want}")
print("\n".join(wrong), file=sys.stderr)
sys.exit(bool(wrong))
PY
status 'actions are right' 0 python3 - "$TESTS/import/actions.tsv" <<'PY'
import glob, json, sys
file_of = {json.load(open(f))["imported"][0]["incident"]: f[:-5] for f in glob.glob("*.md.json")}
got = {}
for a in json.load(open("actions.json"))["actions"]:
    row = [a["title"], a["type"], a["owner"], a["due"] and a["due"][:10], a["state"], a["reference"]]
    got.setdefault(file_of[a["incident"]], []).append([x or "" for x in row])
want = {}
for line in open(sys.argv[1]):
    if not line.startswith("#"):
        name, *row = line.rstrip("\n").split("\t")
        want.setdefault(name, []).append(row)
for name in sorted(set(got) | set(want)):
    if got.get(name) != want.get(name):
        print(name, "got ", got.get(name), "want", want.get(name), sep="\n  ", file=sys.stderr)
sys.exit(got != want)
PY

# ---- where it comes from ----
id=$(lineup timeline --json --from 2024-04-23 --to 2024-04-25 | sed -n 's/.*"id":"\(e[0-9a-f]*\)".*Old segments.*/\1/p')
is 'an entry cites its line' "$(lineup show "$id" --raw)" '| 2024-04-24 00:15 | Old segments deleted by hand | |'
like 'an action cites its event' "$(python3 -c 'import json; print([a["event"] for a in json.load(open("actions.json"))["actions"] if "segments" in a["title"] or "disk" in a["title"]])')" "'e[0-9a-f]{12}'"
like 'a milestone says where it stands' "$(lineup incident show "$(sed -n 's/.*"incident": *"\(inc-[0-9]*\)".*/\1/p' issue.md.json)")" 'impact_start +2024-01-19 01:00:00Z +stated in issue.md, line 12'

# ---- again, edited, rebuilt ----
lineup sql 'SELECT count(*) FROM statement' >before
lineup timeline --json --undated >events-before
status 'the same again is no finding' 0 lineup import ./*.md
is 'and says nothing anew' "$(lineup sql 'SELECT count(*) FROM statement')" "$(cat before)"
lineup timeline --json --undated >events-after
same 'nor does the timeline change' events-after events-before
lineup rebuild >/dev/null 2>&1
lineup timeline --json --undated >events-after
same 'and a rebuild makes the same of it' events-after events-before
pm=$(sed -n 's/.*"incident": *"\(inc-[0-9]*\)".*/\1/p' pagerduty.md.json)
lineup mark acknowledged 2024-04-23T23:33Z --because 'the pager says so' --incident "$pm" >/dev/null 2>&1
sed -i 's/^- \[ \] Alert on disk/- [x] Alert on disk/; s/^| 23:31/| 23:30/; s/| 00:34 |/| 00:40 |/; s/## How/- [ ] Tell the other teams @nils\n\n&/' pagerduty.md
lineup import pagerduty.md --json >edited.json 2>err
like 'an edited document is the same incident' "$(tr -d '\n' <edited.json)" "\"incident\": *\"$pm\",.*brought up to date"
like 'its end moves' "$(cat edited.json)" '"to": *"2024-04-24T00:40:00Z"'
like 'what a person marked since stays' "$(lineup incident show "$pm")" 'acknowledged +2024-04-23 23:33:00Z +the pager says so'
lineup action list --json >actions.json
is 'an action that it ended is ended, a new one is added' "$(python3 -c '
import json, sys
print([(a["title"], a["state"]) for a in json.load(open("actions.json"))["actions"] if a["incident"] == sys.argv[1]])' "$pm")" \
	"[('Set retention for all topics again', 'done'), ('Alert on disk at 80 %', 'done'), ('Let the migration tool compare settings', 'open'), ('Tell the other teams', 'open')]"

# ---- what cannot be read is named ----
cat >odd.md <<'MD'
# Post mortem: Odd times

**Duration:** about as long as a film
**Severity:** purple

## Timeline

- 2024-03-01 10:00 UTC: it begins
- T+5m: somebody looks
- shortly after lunch: it ends

## Actions

| Action | Due |
|---|---|
| Buy clocks | when the budget allows |
MD
status 'what could not be read is a finding' 3 lineup import odd.md
for want in 'line 3: no length of time' 'line 4: this severity' 'line 9: no time could be read in this entry' 'line 10: no time could be read' 'line 16: no date could be read in when this action is due'; do
	like "named with its line: $want" "$(lineup notes | tr -s ' ')" "$(echo "$want" | sed 's/line \([0-9]*\): /odd.md.*\1.*/g')"
done
like 'and kept: undated' "$(lineup timeline --undated)" 'shortly after lunch'
printf '# Postmortem: Some day\n\n## Timeline\n\n- it broke\n' >undated.md
status 'without any date it needs to be told one' 1 lineup import undated.md
like 'which is said' "$(cat err)" 'says no date; say --from'
status 'and then it is taken' 3 lineup import undated.md --from 2024-02-02
mkdir many
printf '# Postmortem: First\n\n## Timeline\n\n- 2024-03-01 10:00 it broke\n- 2024-03-01 11:00 it works\n' >many/1-first.md
printf '# How to write a postmortem\n\n## Timeline\n\n- what happened when\n' >many/2-index.md
printf '# Postmortem: Last\n\n## Timeline\n\n- 2024-03-09 10:00 it broke\n' >many/3-last.md
status 'one of many that says no date is a failure' 1 lineup -d many.db import many
is 'which takes none of the others with it' "$(lineup -d many.db incident list --json | python3 -c 'import json,sys; print(*[i["id"] + i["title"] for i in json.load(sys.stdin)["incidents"]])')" 'inc-1First inc-2Last'
is 'and every id that was told is that of its incident' "$(cat out)" 'inc-1
inc-2'
like 'what was assumed stands in the same line' "$(cat err)" '1-first.md: new: First, from .*; 2 entries, 0 milestones, 0 actions; its end is assumed: the last entry.*; its severity is assumed'
status 'a folder is looked through for Markdown' 0 sh -c 'mkdir -p deep/er && cp issue.md deep/er/ && echo x >deep/er/x.log && "$LINEUP" -d other.db import deep'
is 'and for nothing else' "$(lineup -d other.db sources --json | grep -c '"sha256"')" 1
status 'no file is a usage error' 2 lineup import
status 'and neither is standard input' 1 sh -c '"$LINEUP" import - <issue.md'

# ---- lineup's own postmortem, in another database ----
lineup -d own.db incident new 'Cold caches' --severity critical --from 2024-08-01T09:00Z --to 2024-08-01T12:00Z >/dev/null 2>&1
lineup -d own.db log 'caches are cold' --at 2024-08-01T09:05Z >/dev/null 2>&1
lineup -d own.db mark impact_start 2024-08-01T09:10Z >/dev/null 2>&1
lineup -d own.db mark impact_end 2024-08-01T11:10Z >/dev/null 2>&1
lineup -d own.db action add 'Warm them first' --type prevent --owner pia --due 2024-09-01 >/dev/null
lineup -d own.db report -o own.md 2>/dev/null
lineup -d its.db import own.md --json >own.json 2>err
like 'its title and severity' "$(tr -d '\n' <own.json)" '"title": *"Cold caches", *"severity": *"critical"'
like 'its length' "$(lineup -d its.db overlap --json | tr -d '\n ')" '"impact_duration":\{"seconds":7200'
like 'its action' "$(lineup -d its.db action list)" 'prevent +(open|overdue) +pia +2024-09-01 +Warm them first'

# ---- hostile documents come to an end ----
python3 - <<'PY'
open("deep.md", "w").write("# Postmortem: deep\n\n## Timeline\n\n" + "> " * 3000 + "- 2024-01-01 10:00 x\n")
open("lists.md", "w").write("# Postmortem: lists\n\n## Timeline\n\n" + "".join("  " * i + "- 2024-01-01 10:00 x\n" for i in range(400)))
open("cells.md", "w").write("# Postmortem: cells\n\n## Timeline\n\n|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + ("|" + "x|" * 100 + "\n") * 6000)
open("wide.md", "w").write("# Postmortem: wide\n\n## Timeline\n\n|" + "a|" * 5000 + "\n|" + "-|" * 5000 + "\n| 2024-01-01 10:00 | x |\n")
open("marks.md", "w").write("# Postmortem: marks 2024-01-01\n\n## Timeline\n\n- 10:00 " + "*_`[(" * 20000 + "\n")
open("nul.md", "wb").write(b"# Postmortem: nul\0\xff\xfe 2024-01-01\n\n## Timeline\n\n- 10:00 \0\x1b[31m\xff\n- 10:05 \xe2\x80\xae evil\n")
PY
for f in deep lists cells wide marks nul; do
	timeout 60 "$LINEUP" -d hostile.db import "$f.md" --from 2024-01-01 >out 2>err
	case $? in 0|1|3) pass "$f comes to an end" ;; *) fail "$f comes to an end" "status $?" "$(tail -n 3 err)" ;; esac
	unlike "$f loses no part of the program" "$(cat err)" 'died|crash|signal|gave up|hang'
done
like 'too many cells are said to be' "$(lineup -d hostile.db notes)" 'more than 500000 cells'
done_testing
