#!/bin/sh
# The quarterly review: twenty incidents in two quarters, against figures worked out by another program.
. "$(dirname "$0")/../lib.sh"

python3 "$TESTS/review.py" make >make.sh
status 'twenty incidents of two quarters' 0 sh make.sh
export LINEUP_NOW=2024-08-01T00:00:00Z
status 'overdue actions are findings' 3 lineup review 2024Q2
lineup review 2024Q2 --json >review.json
status 'every figure is what another program makes of the same database' 0 python3 "$TESTS/review.py" check review.json 2024Q2 2024Q1
lineup review 2024Q1 --compare 2024Q2 --json >review.json
status 'also the other way round' 0 python3 "$TESTS/review.py" check review.json 2024Q1 2024Q2
python3 - <<'PY'
import json
r = json.load(open("review.json"))
r["pairs"][-1]["incidents"] += 1
json.dump(r, open("wrong.json", "w"))
PY
status 'and it would tell' 1 python3 "$TESTS/review.py" check wrong.json 2024Q1 2024Q2

like 'the Markdown says n of m' "$(lineup review 2024Q2)" '\| time to detect .*\| [0-9]+ of [0-9]+ \|'
lineup review 2024Q2 -o review.html
like 'HTML' "$(head -c 200 review.html)" '<!DOCTYPE html>|<!doctype html>'
is 'with its picture inside' "$(grep -c 'aria-labelledby="rv-title rv-desc"' review.html)" 1
lineup review 2024Q2 -o out.md
like 'Markdown has it in a file beside it' "$(cat out.md)" '^!\[Metrics over time, and areas in trouble together\]\(out.svg\)$'
status 'which is XML, with a title and words for those who do not see it' 0 python3 - <<'PY'
import xml.etree.ElementTree as ET
root = ET.parse("out.svg").getroot()
ns = "{http://www.w3.org/2000/svg}"
width = float(root.get("viewBox").split()[2])
assert root.get("role") == "img" and width <= 800, root.attrib
assert root.find(ns + "title").text.startswith("Metrics over time") and "Median time to detect" in root.find(ns + "desc").text
texts = [t for t in root.iter(ns + "text")]
assert len(texts) > 30 and all(0 <= float(t.get("x")) <= width for t in texts)
assert not any("script" in e.tag or any("href" in a or a.startswith("on") for a in e.attrib) for e in root.iter())
PY
lineup review 2024Q2 -o again.md
is 'the same again' "$(sed s/again.svg/out.svg/ again.md | cmp - out.md && cmp again.svg out.svg && echo same)" same

is 'a month beside the month before it, in the zone of the reader' "$(lineup --tz Europe/Berlin review 2024-03 --json | python3 -c '
import json, sys
b = json.load(sys.stdin)["before"]
print(b["name"], b["from"], b["to"])')" '2024-02 2024-01-31T23:00:00Z 2024-02-29T23:00:00Z'
is 'a quarter beside the last of the year before' "$(lineup --tz Europe/Berlin review 2024Q1 --json | python3 -c '
import json, sys
b = json.load(sys.stdin)["before"]
print(b["name"], b["from"], b["to"])')" '2023Q4 2023-09-30T22:00:00Z 2023-12-31T23:00:00Z'

# ---- nobody's name leaves ----
lineup action add 'Ask mara.lind@shop.example about 10.11.12.13' --type process --owner 'Mara Lind' --incident inc-10 >/dev/null
lineup incident set inc-10 --title 'db7.internal.shop.example refused mara.lind@shop.example' >/dev/null
lineup review 2024Q2 --redact -o shared.md 2>err
unlike 'not in Markdown, nor in its picture' "$(cat shared.md shared.svg)" 'mara|Mara|Lind|10\.11\.12\.13|shop\.example'
like 'but stable pseudonyms' "$(cat shared.md)" 'person-[0-9a-f]{6}'
like 'counted' "$(cat err)" 'redacted: .*address'
lineup review 2024Q2 --redact --json >shared.json 2>/dev/null
unlike 'nor in JSON' "$(cat shared.json)" 'mara|Mara|Lind|10\.11\.12\.13|shop\.example'
is 'while every number stays' "$(python3 -c '
import json
a = json.load(open("shared.json"))
print(a["period"]["incidents"], [m["of"] for m in a["metrics"]][0], a["period"]["from"], a["actions"]["open"][0]["due"])')" "10 10 2024-04-01T00:00:00Z $(lineup review 2024Q2 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["actions"]["open"][0]["due"])')"
status 'an empty quarter is no error' 3 lineup review 2023Q1
like 'and says so' "$(cat out)" 'No incident began'
status 'no stretch of time' 2 lineup review 'banana'

# ---- a change without notice that two incidents saw is one ----
export LINEUP_DB=twice.db
lineup log 'rolling the nodes' --kind upgrade.cluster.started --subject cluster:prod --from 2024-05-02T08:00Z --to 2024-05-02T12:00Z >/dev/null
lineup incident new 'Shop down' --from 2024-05-02T09:00Z --to 2024-05-02T10:00Z >/dev/null
lineup incident new 'Forum down' --from 2024-05-02T09:30Z --to 2024-05-02T11:00Z >/dev/null
is 'both saw it' "$(for i in inc-1 inc-2; do lineup overlap $i --json; done | grep -A1 '"unannounced"' | grep -c '"s')" 2
is 'the review counts it once' "$(lineup review 2024Q2 --json | python3 -c '
import json, sys
n = json.load(sys.stdin)["notices"]
print(n["unannounced_n"], [(u["incident"], u["subject"]) for u in n["unannounced"]])')" "1 [('inc-1', 'cluster:prod')]"

# Postmortems of the past often say no more than a title and a date: the same title twice is a repeat all the same.
for day in 04 11; do
	printf '# Postmortem: Every service answers 503\n\n## Timeline\n\n- 2024-03-%s 10:00 it broke\n- 2024-03-%s 11:00 it works\n\n## Action items\n\n- [ ] Drain before %s\n' \
		$day $day $day >"503-$day.md"
done
lineup -d titles.db import 503-04.md 503-11.md >/dev/null 2>&1
like 'the same title is a repeat' "$(lineup -d titles.db review 2024Q1)" 'inc-2.* repeats \*\*inc-1\*\* \(Every service answers 503\), 7 d later: the same title'
like 'with what was still open then' "$(lineup -d titles.db review 2024Q1)" 'a-1, Drain before 04, was still open then'
done_testing
