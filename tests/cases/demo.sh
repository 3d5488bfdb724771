#!/bin/sh
# make demo: LINEUP OUT. Takes the evidence of June 2024 in, shows how it lined up, and writes the report as Markdown, SVG and HTML.
set -eu
program=$(realpath "$1")
out=$2
rm -rf "$out"
mkdir -p "$out"
here=$(realpath "$out")
export LINEUP_DB="$here/lineup.db" LINEUP_AUTHOR=demo
lineup() { "$program" "$@"; }
(set -e; cd "$(dirname "$0")/fusionauth-2024"; . ./commands) >"$out/commands.out" 2>"$out/commands.err" || { cat "$out/commands.err" >&2; exit 1; }
lineup overlap inc-1 || true
lineup report inc-1 -o "$out/postmortem.md"
lineup report inc-1 -o "$out/postmortem.html"
echo
echo "The database:   $out/lineup.db      (try: $1 -d $out/lineup.db timeline --min-severity warning)"
echo "The postmortem: $out/postmortem.md, $out/postmortem.svg, $out/postmortem.html"
