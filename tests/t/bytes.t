#!/bin/sh
# The ledger of every source accounts for every byte: records + continuation + structure + not understood = input, and the input is
# as large as what somebody else makes of the file.
. "$(dirname "$0")/../lib.sh"

mkdir all more
for f in "$TESTS"/formats/*/*; do
	case $f in *.args) ;; *) cp "$f" "all/$(basename "$(dirname "$f")")-$(basename "$f")" ;; esac
done
cp "$TESTS"/formats/mail/cancelled.eml more/one.eml
log=$TESTS/formats/klog/$(ls "$TESTS/formats/klog" | grep -m 1 'log$')
sed 's/$/\r/' "$log" >more/crlf.log
{ printf '\357\273\277'; cat "$log"; } >more/bom.log
printf 'time="2024-06-18T04:00:00Z" level=info msg="Größe 日本語 😀"\n' | iconv -f UTF-8 -t UTF-16 >more/utf-16.log
{ printf '2024-06-18T04:00:00Z one\n\377\376\000 two\n'; head -c 3000000 /dev/zero | tr '\0' x; } >more/one-long-line.log
python3 -c 'import sys; sys.stdout.buffer.write(bytes((i * i * 31 + 7) % 256 for i in range(5000)))' >more/noise
: >more/empty.log
{ for f in cancelled completed; do echo 'From a@b.example Tue Jun 18 04:00:00 2024'; sed 's/^From />From /' "$TESTS/formats/mail/$f.eml"
	printf '\n>From here on it is quoted\n\n'; done; } >more/box.mbox
printf '2024-06-18T04:00:00Z ERROR it broke\n\tat a.b.C\n\tat d.e.F\n2024-06-18T04:00:01Z INFO on\n' >more/trace.log
printf '{"kind":"List","apiVersion":"v1","items":[\n{"kind":"Event","apiVersion":"v1","reason"\n' >more/cut.json
gzip -k more/trace.log
tar cf more/both.tar -C more trace.log crlf.log
tar czf more/both.tgz -C more trace.log crlf.log
(cd more && zip -q inner.zip trace.log box.mbox && zip -q outer.zip inner.zip noise && rm inner.zip)
gzip -c more/crlf.log | head -c 100 >more/damaged.log.gz

cat >check.py <<'PY'
import bz2, gzip, io, json, os, subprocess, sys, tarfile, zipfile
def ingest(db, path):
    r = subprocess.run([sys.argv[1], "-d", db, "ingest", "--json", path], capture_output=True)
    return json.loads(r.stdout)
def size(name):
    """of its input, worked out without lineup; None: nobody else can tell"""
    path, *members = name.split(": ")
    data = open(path, "rb").read()
    if path.endswith(".tgz"):
        data = gzip.decompress(data)
    for m in members:
        if data[:2] == b"PK":
            data = zipfile.ZipFile(io.BytesIO(data)).read(m)
        else:
            data = tarfile.open(fileobj=io.BytesIO(data)).extractfile(m).read()
    if path.endswith("damaged.log.gz"):
        return None
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if path.endswith("utf-16.log"):
        return len(data.decode("utf-16").encode())
    return len(data)
bad, total = [], dict.fromkeys(("input", "records", "continuation", "structure", "not_understood"), 0)
j = ingest(sys.argv[2] + ".db", sys.argv[2])
for s in j["sources"]:
    b = s["bytes"]
    if b is None or sum(b.values()) != 2 * b["input"] or min(b.values()) < 0:
        bad.append(f"{s['name']}: does not add up: {b}")
        continue
    want = size(s["name"])
    if want is not None and b["input"] != want:
        bad.append(f"{s['name']}: {b['input']} bytes, not {want}")
    for k in total:
        total[k] += b[k]
if j["total"]["bytes"] != total:
    bad.append(f"total: {j['total']['bytes']}, not {total}")
if len(j["sources"]) < int(sys.argv[3]):
    bad.append(f"only {len(j['sources'])} sources")
listed = json.loads(subprocess.run([sys.argv[1], "-d", sys.argv[2] + ".db", "sources", "--json"], capture_output=True).stdout)["sources"]
said = {s["name"]: s["bytes"] for s in j["sources"]}
if not listed or any(said[s["name"]] != s["bytes"] for s in listed):
    bad.append("sources says something else")
print("\n".join(bad))
PY
is 'every sample adds up' "$(python3 check.py "$LINEUP" all 400 2>&1)" ''
is 'archives, mailboxes, encodings and damage add up' "$(python3 check.py "$LINEUP" more 20 2>&1)" ''
ask() { lineup -d more.db sources --json | python3 -c 'import json,sys; b = [s for s in json.load(sys.stdin)["sources"] if s["name"] == sys.argv[1]][0]["bytes"]; print(b["records"], b["continuation"], b["structure"], b["not_understood"])' "more/$1"; }
is 'a stack trace is continuation' "$(ask trace.log)" '65 20 0 0'
is 'noise is not understood' "$(ask noise)" '0 0 0 5000'
is 'a mark is structure' "$(ask bom.log | cut -d' ' -f3)" 3
is 'the end of a cut list is not understood' "$(ask cut.json | cut -d' ' -f4)" "$(sed -n 2p more/cut.json | wc -c)"

# Reading again tells the same; so does a rebuild; a stream tells at its end.
lineup -d more.db sources --json >before
lineup -d more.db rebuild 2>err
lineup -d more.db sources --json >after
same 'a rebuild accounts for the same' after before
like 'the closing block tells' "$(lineup -d more.db ingest more/trace.log 2>&1)" '^85 bytes: 65 in records, 20 in their continuation, 0 of structure, 0 not understood$'
like 'so does that of a stream' "$(lineup -d stream.db ingest - <more/trace.log 2>&1)" '^85 bytes: 65 in records, 20 in'
done_testing
