#!/bin/sh
# Templates of one's own, and a manual that names all they can say.
. "$(dirname "$0")/../lib.sh"
lineup help templates >help.txt
like "the manual tells how" "$(cat help.txt)" 'lineup:human NAME'
for case in fusionauth-2024 other-stack open-ends; do
	export LINEUP_DB="$WORK/$case.db"
	( cd "$TESTS/cases/$case" && . ./commands ) >setup.out 2>setup.err || { cat setup.err; exit 1; }
	lineup report inc-1 --format context -o "$case.json"
done
lineup action add 'done' --type prevent >/dev/null && lineup action done a-1 >/dev/null
lineup log 'a decision in time' --at 2024-05-02T07:00Z >/dev/null
lineup decide 'wait' --at 2025-01-15T11:59Z --over 'restore' --because 'it is early' >/dev/null
lineup log 'back before it fell' --kind response.person.acknowledged --at 2024-05-02T07:50Z >/dev/null
lineup mark impact_end 2024-05-02T07:00Z >/dev/null
lineup report inc-1 --format context --redact -o redacted.json 2>/dev/null
python3 "$TESTS/names.py" help.txt "$TESTS"/../templates/[!r]*.md "$TESTS"/../templates/*.part -- ./*.json >names.out 2>&1
is "every name is documented, and every documented one is there" "$(cat names.out)" ""

export LINEUP_DB="$WORK/fusionauth-2024.db"
for name in postmortem summary status handover; do
	lineup help templates $name >$name.md
	is "$name is printed as it is" "$(cmp $name.md "$TESTS/../templates/$name.md" 2>&1)" ""
done
like "an unknown one is named" "$(lineup help templates nosuch 2>&1)" "no template 'nosuch'"

cat >own.mustache <<'T'
<!-- lineup:generated mine -->
# {{title}}
{{#metric.impact_duration}}
It took {{length}} {{{cites}}}.
{{/metric.impact_duration}}
{{! nothing is said of this }}
{{#nosuch}}never{{/nosuch}}{{^nosuch}}else{{/nosuch}}
<!-- /lineup:generated -->
{{>evidence}}
T
status "a template of one's own" 0 lineup report inc-1 --template ./own.mustache -o own.md
like "says what it says" "$(cat own.md)" '^It took 1 d 11 h \[E1\]'
like "and cites" "$(cat own.md)" '^#### E1$'
status "it verifies with it" 0 lineup verify own.md --template ./own.mustache
status "not without" 1 lineup verify own.md
like "which is said" "$(cat err)" "give it with --template"
sed 's/It took 1 d/It took 2 d/' own.md >lie.md
status "nor when it lies" 3 lineup verify lie.md --template ./own.mustache

# What is cited behind the list of the evidence stands in it all the same, and what the evidence says is no citation.
cat >first.mustache <<'T'
{{#evidence}}
{{number}} is {{id}}
{{/evidence}}
{{{links_md}}}
{{#milestones}}
{{name}} {{{cites}}}
{{/milestones}}
{{#timeline}}
{{{text}}}
{{/timeline}}
T
lineup log "$(printf 'a \001 7 \001 b \0010\001 c \001')" --at 2024-06-18T12:00Z >/dev/null
status "the list of the evidence may stand first" 0 lineup report inc-1 --template ./first.mustache -o first.md
cited=$(grep -o '\[E[0-9]*\]$' first.md | sort -u | wc -l)
status "it has all that is cited behind it" 0 test "$cited" -gt 3
like "what was said is literal" "$(grep -a 'a . 7' first.md)" "$(printf 'a \001 7 \001 b \0010\001 c \001')"
is "nothing more, nothing less" "$(grep -c '^[0-9]* is e' first.md)" "$(grep -o '\[E[0-9]*\]' first.md | sort -u | wc -l)"
echo '{{#open' >bad.mustache
status "a broken one is refused" 1 lineup report inc-1 --template ./bad.mustache
like "with its place" "$(cat err)" "template './bad.mustache': line 1"
done_testing
