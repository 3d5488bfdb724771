#!/bin/sh
# Pages in a real browser: they load nothing, log nothing, fit any width, are legible in the light and in the dark, filter their timeline,
# open their evidence, and say all of it without a script. Skipped where there is no Chromium.
. "$(dirname "$0")/../lib.sh"
python3 -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import chromium; sys.exit(not chromium.find())' "$TESTS/browser" ||
	skip_all 'chromium is not installed'
check() { python3 -B "$TESTS/browser/check.py" "$@" 2>&1 | head -n 10; }
export LINEUP_DB="$WORK/timeline.db"
( cd "$TESTS/cases/fusionauth-2024" && . ./commands ) >setup.out 2>setup.err || { cat setup.err; exit 1; }

for template in postmortem summary status handover; do lineup report inc-1 --template $template -o $template.html; done
lineup report inc-1 --redact --tz Asia/Kathmandu -o redacted.html 2>/dev/null
lineup review 2024Q2 -o review.html
is "whatever the template" "$(check postmortem.html summary.html status.html handover.html)" ""
is "in two zones, redacted" "$(check redacted.html)" ""
is "a review" "$(check review.html)" ""

# Nothing known, one line known, no time known.
export LINEUP_DB="$WORK/calm.db"
lineup incident new calm --from 2024-01-01T00:00Z >/dev/null 2>&1
lineup report -o nothing.html
lineup log "looked at it" --at 2024-01-01T05:00Z >/dev/null 2>&1
lineup report -o one.html
is "nothing and one line" "$(check nothing.html one.html)" ""

# The judge is no fool.
sed 's/<main id="report">/<main id="report"><script>hurt = 1<\/script><p style="color:#ccc">faint<\/p><img src="http:\/\/a.example\/x.png">/' one.html >bad.html
bad=$(check bad.html)
like "a policy keeps scripts out, and their attempt is seen" "$bad" 'the console says'
like "a foreign element would be seen" "$bad" 'element IMG'
sed 's/--soft:#[0-9a-f]*/--soft:#cccccc/g; s/style-src [^;]*/style-src '"'unsafe-inline'"'/' postmortem.html >bad.html
like "faint text would be seen" "$(check bad.html)" 'light: .* is too faint'
sed 's/overflow-x:auto//g; s/@media (max-width/@media (max-height/g; s/style-src [^;]*/style-src '"'unsafe-inline'"'/' postmortem.html >bad.html
like "a page too wide would be seen" "$(check bad.html)" 'at a width of 320'
done_testing
