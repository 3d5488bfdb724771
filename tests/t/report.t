#!/bin/sh
# A report is the same twice, keeps what people wrote, passes its own verification, and fails it when a word in it is not true.
. "$(dirname "$0")/../lib.sh"

CASE="$TESTS/cases/fusionauth-2024"
export LINEUP_DB="$WORK/timeline.db"
( cd "$CASE" && . ./commands ) >setup.out 2>setup.err || { cat setup.err; exit 1; }

status "a report is written" 0 lineup report inc-1 -o a.md
mkdir again
status "and again" 0 lineup report inc-1 -o again/a.md
is "twice the same" "$(cmp a.md again/a.md 2>&1)" ""
cp a.md first.md
status "over itself" 0 lineup report inc-1 -o a.md
is "nothing changes" "$(cmp a.md first.md 2>&1)" ""
status "it passes its own verification" 0 lineup verify a.md

for template in summary status handover; do
	status "template $template" 0 lineup report inc-1 --template $template -o $template.md
	status "verifies" 0 lineup verify $template.md
done
status "in the reader's zone" 0 lineup report inc-1 --tz Europe/Paris -o zone.md
like "both times are shown" "$(cat zone.md)" '2024-06-17 06:04:10 UTC \(2024-06-17 08:04:10 CEST\)'
status "and it verifies without being told the zone" 0 lineup verify zone.md

# Every citation leads to the list, and every line of a generated table cites or says why not.
is "every citation is listed" "$(grep -o '\[E[0-9]*\]' a.md | sort -u | tr -d '[]' | while read -r e; do grep -q "^#### $e\$" a.md || echo "$e"; done)" ""
unlike "nothing cited is gone" "$(cat a.md)" 'no longer has it'

# What people write stays.
sed 's/^\*Draft, to be rewritten.*/Our own words, see [E3]./' first.md >a.md
status "prose is kept" 0 lineup report inc-1 -o a.md
like "word for word" "$(cat a.md)" '^Our own words, see \[E3\]\.$'
status "prose with a citation verifies" 0 lineup verify a.md
sed 's/^Our own words, see \[E3\]/Our own words, see [E99999]/' a.md >c.md
status "a citation of nothing fails" 3 lineup verify c.md
like "and is named" "$(cat out)" "summary: \[E99999\] leads to no evidence"

# One change at a time: number, time, citation, excerpt, hash.
change() {
	sed "$2" first.md >d.md
	if cmp -s first.md d.md; then fail "$1" "the edit changes nothing"; return; fi
	status "$1" 3 lineup verify d.md
	like "$1: the place is named" "$(cat out)" "line [0-9]+, section '$3'"
}
change "a changed number fails" '/window slip/s/4 min 10 s/4 min 11 s/' numbers
change "a changed time fails" '/^| change start/s/06:04:10/06:04:11/' numbers
change "a changed citation fails" '/^| change start/s/\[E[0-9]*\]/[E1]/' numbers
change "a changed excerpt fails" '/^Subject: .Maintenance/s/1.28/1.29/' evidence
change "a changed hash fails" '/^2024.*SHA-256/s/SHA-256 `./SHA-256 `x/' evidence

# An edited generated part is kept, shown and can be renewed.
sed '/window slip/s/4 min 10 s/four minutes/' first.md >a.md
status "an edited part is a finding" 3 lineup report inc-1 -o a.md
like "shown as a difference" "$(cat err)" '^\+.*four minutes'
like "and kept" "$(cat a.md)" 'four minutes'
status "--ours renews it" 0 lineup report inc-1 --ours -o a.md
is "as it was" "$(cmp a.md first.md 2>&1)" ""
# Another editor's ways are no edits: padded tables, other bullets and emphasis, blank lines, line ends; nor is another place.
cat >editor.py <<'PY'
import re, sys
out, fence, table = [], False, []
def close():
    if table:
        rows = [[c.strip() for c in re.split(r"(?<!\\)\|", row.strip()[1:-1])] for row in table]
        wide = [max(len(c) for c in column) for column in zip(*rows)]
        for row in rows:
            cells = [c.replace("---", "-" * (w - len(c) + 3), 1) if set(c) <= set(":-") and c else c.ljust(w) for c, w in zip(row, wide)]
            out.append("| " + " | ".join(cells) + " |")
        table.clear()
for line in open(sys.argv[1], newline="").read().split("\n"):
    if not fence and line.startswith("|"):
        table.append(line)
        continue
    close()
    fence ^= line.startswith("```")
    out.append(line if fence else re.sub(r"^(\s*)- ", r"\1* ", line) + ("\n" if line.startswith("#") else ""))
close()
sys.stdout.buffer.write("\r\n".join(out).encode())
PY
mkdir moved && sed 's/^\*Draft, to be rewritten.*/Our own words./' first.md >own.md && python3 editor.py own.md >moved/renamed.md
unlike "the editor was at work" "$(cmp own.md moved/renamed.md 2>&1)" '^$'
status "what an editor reflowed verifies" 0 lineup verify moved/renamed.md
sed 's/4 min 10 s/4 min 11 s/' moved/renamed.md >moved/lie.md
status "unless a number is changed" 3 lineup verify moved/lie.md
like "which is found among all that is merely reflowed" "$(cat out)" "section 'numbers'.*4 min 11 s"
status "it is written anew without a word" 0 lineup report inc-1 -o moved/renamed.md
like "what people wrote stays" "$(cat moved/renamed.md)" '^Our own words'
is "the rest is as it was, in the file's line ends" "$(sed 's/\r$//' moved/renamed.md | grep '^|')" "$(grep '^|' first.md)"
status "and again" 0 lineup report inc-1 -o moved/renamed.md

echo "# my notes" >notes.md
status "other files are not overwritten" 1 lineup report inc-1 -o notes.md
is "and stay" "$(cat notes.md)" "# my notes"

# No line-up is said plainly.
export LINEUP_DB="$WORK/calm.db"
lineup incident new calm --from 2024-01-01T00:00Z --to 2024-01-02T00:00Z >/dev/null 2>&1
lineup log "looked at it" --at 2024-01-01T05:00Z >/dev/null 2>&1
status "a calm incident" 0 lineup report -o calm.md
like "says so" "$(cat calm.md)" '^The failures did not line up'
unlike "never 0 for unknown" "$(grep -E '^\| (time to|impact|recovery|notice lead)' calm.md)" '\*\*0 s'
like "unknown with its reason" "$(cat calm.md)" '^\| impact duration \| unknown \| \| \| [a-z]'

# A page of its own: nothing from the network, valid without a script.
export LINEUP_DB="$WORK/timeline.db"
status "a page" 0 lineup report inc-1 -o a.html
like "chart is inlined" "$(cat a.html)" '<figure class="chart"'
unlike "nothing is fetched" "$(sed 's/xmlns="[^"]*"//' a.html)" '(src|href)="(https?:|//)'

# ---- what people write into a page stays what they wrote ----
sed 's/^<!-- lineup:human summary -->$/&\
[graph](https:\/\/a.example "at 2024-06-17 06:04 UTC it fell"), seen 2024-06-17 06:05 UTC\
\
### ![a head](https:\/\/a.example\/h.png)\
\
| when | what |\
|---|---|\
| 2024-06-17 06:06 UTC | 1 d 21 h of v1.2 h, 5 hosts, 3 h 05 min, -12 s. 7 dogs, 40 d2 |\
| 2024-06-17 06:06 UTC | ![a cell](https:\/\/a.example\/y.png) [link](https:\/\/a.example "2024-06-17 06:07 UTC") |\
/' a.md >prose.md
status "a page with prose" 0 lineup report inc-1 --prose prose.md -o a.html
like "no tag stands within a tag" "$(cat a.html)" 'title="at 2024-06-17 06:04 UTC it fell">graph</a>, seen <time>2024-06-17 06:05 UTC</time>'
like "nor in a table, whose pictures are words" "$(cat a.html)" \
	'<td><time>2024-06-17 06:06 UTC</time></td><td><em>\[picture: a cell\]</em> <a href="https://a.example" title="2024-06-17 06:07 UTC">'
like "lengths of time stay on one line" "$(cat a.html)" \
	'<td><span class="length">1 d 21 h</span> of v1.2 h, 5 hosts, <span class="length">3 h 05 min</span>, -<span class="length">12 s</span>. 7 dogs, 40 d2</td>'
unlike "nothing is fetched for it" "$(sed 's/xmlns="[^"]*"//' a.html)" 'src="(https?:|//)'

# An end that was stated before it came is a plan, not a resolution.
LINEUP_DB=$WORK/planned.db
lineup incident new 'Slow search' --severity error --from 2025-01-15T10:00Z --to 2025-01-15T18:00Z >/dev/null
lineup log 'search is slow' --at 2025-01-15T10:05Z --kind service.health.down --subject service:search >/dev/null
lineup report inc-1 --template status >planned.md
like "customers are not told that it is over" "$(cat planned.md)" '^\*\*Ongoing\*\*'
like "the reason is said" "$(lineup report inc-1)" '^\| resolved \| unknown \| the end of the incident, 2025-01-15 18:00 UTC, was stated before it came'
LINEUP_NOW=2025-01-15T19:00:00Z lineup incident set inc-1 --to 2025-01-15T18:00Z >/dev/null
like "stated again when it had come, it counts" "$(lineup report inc-1 --template status)" '^\*\*Resolved\*\* 2025-01-15 18:00 UTC'
done_testing
