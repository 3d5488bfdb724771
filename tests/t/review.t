#!/bin/sh
# The quarterly review: twenty incidents in two quarters, against figures worked out by another program.
. "$(dirname "$0")/../lib.sh"

python3 - >make.sh <<'PY'
import random
r = random.Random(7)
for n in range(1, 21):
    month = (1, 2, 3, 4, 5, 6)[(n * 5) % 6]
    day, hour = 1 + n, r.randrange(6, 18)
    start = f"2024-{month:02d}-{day:02d}T{hour:02d}:00:00Z"
    print(f'"$LINEUP" incident new "Outage {n}" --from {start} --to 2024-{month:02d}-{day:02d}T{hour + 4:02d}:00:00Z >/dev/null 2>&1')
    print(f'"$LINEUP" mark impact_start {start} --incident inc-{n} >/dev/null')
    if n % 3:
        print(f'"$LINEUP" mark detected 2024-{month:02d}-{day:02d}T{hour:02d}:{r.randrange(1, 59):02d}:00Z --incident inc-{n} >/dev/null')
    if n % 4 == 0:
        print(f'"$LINEUP" action add "Fix {n}" --type prevent --owner dora --due 2024-{month:02d}-28 --incident inc-{n} >/dev/null')
PY
sh make.sh
"$LINEUP" action done a-1 >/dev/null
status 'overdue actions are findings' 3 lineup review 2024Q2
lineup review 2024Q2 --json >review.json
lineup incident list --json >incidents.json
for i in $(seq 1 20); do lineup overlap "inc-$i" --json; done | python3 -c '
import json, sys
text, out, d = sys.stdin.read(), [], json.JSONDecoder()
while text.strip():
    obj, end = d.raw_decode(text.lstrip()); text = text.lstrip()[end:]; out.append(obj)
json.dump(out, open("overlaps.json", "w"))'
status 'metrics, counts and actions come out' 0 python3 - <<'PY'
import json, statistics
from datetime import datetime
review, incidents, overlaps = (json.load(open(f)) for f in ("review.json", "incidents.json", "overlaps.json"))
def at(t): return datetime.fromisoformat(t.replace("Z", "+00:00"))
q2 = {i["id"] for i in incidents["incidents"] if 4 <= at(i["from"]).month <= 6}
q1 = {i["id"] for i in incidents["incidents"]} - q2
assert {i["id"] for i in review["incidents"]} == q2, review["incidents"]
assert review["before"]["incidents"] == len(q1) and review["before"]["name"] == "2024Q1"
def delays(ids):
    out = []
    for o in overlaps:
        m = o["milestones"]
        if o["incident"] in ids and m["detected"]["at"] and m["impact_start"]["at"]:
            out.append(int((at(m["detected"]["at"]) - at(m["impact_start"]["at"])).total_seconds()))
    return sorted(out)
ttd = next(m for m in review["metrics"] if m["name"] == "time_to_detect")
mine, was = delays(q2), delays(q1)
assert ttd["n"] == len(mine) and ttd["of"] == len(q2), ttd
assert ttd["median_seconds"] == statistics.median(mine) and ttd["min_seconds"] == mine[0] and ttd["max_seconds"] == mine[-1], ttd
assert [v["seconds"] for v in ttd["values"]] == mine
assert ttd["before_median_seconds"] == statistics.median(was) and ttd["before_n"] == len(was)
unknown = next(m for m in review["metrics"] if m["name"] == "notice_lead")
assert unknown["n"] == 0 and unknown["median_seconds"] is None and unknown["median"] == "unknown"
assert len(review["actions"]["open"]) == 4 and review["actions"]["overdue"] == 4
PY
like 'the Markdown says n of m' "$(lineup review 2024Q2)" '\| time_to_detect .*\| [0-9]+ of [0-9]+ \|'
lineup review 2024Q2 -o review.html
like 'HTML' "$(head -c 200 review.html)" '<!DOCTYPE html>|<!doctype html>'
status 'an empty quarter is no error' 3 lineup review 2023Q1
like 'and says so' "$(cat out)" 'No incident began'
status 'no stretch of time' 2 lineup review 'banana'
done_testing
