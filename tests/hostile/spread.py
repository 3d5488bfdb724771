"""Puts the payloads of words.json everywhere a report takes text from: spread.py LINEUP writes a database ($LINEUP_DB) and payloads.json,
those that must stand in every output word for word."""
import json
import os
import subprocess
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
WORST = ("<script>hurt=1;document.title='x'</script>", "</title><script>hurt=1</script>", "<img src=x onerror=hurt=1>", "[a](javascript:hurt=1)",
         "</code></pre></div><script>hurt=1</script>", "]]></svg><script>hurt=1</script>", "--><script>hurt=1</script><!--", "![i](http://evil.example/y.png)",
         "<!-- /lineup:generated -->", "<!-- lineup:human summary -->", "{{{evidence}}} {{>evidence}}", "| --- | :-: | @everyone #12 |")
SHOWN = 250  # longer texts are cut in tables, with a word about it


def lineup(*words):
    done = subprocess.run([sys.argv[1], *words], capture_output=True)
    if done.returncode not in (0, 3):
        sys.exit(f"lineup {words[0]}: {done.returncode} {done.stderr[-300:]!r}")


def is_visible(text):
    """Nothing in it has to be spelt out ("\\u202e") or falls away (blanks at the ends of lines)."""
    return text.isprintable() and not any(unicodedata.category(c) in ("Cf", "Zl", "Zp") for c in text)


def event(i, text):
    return {"id": f"e{i:012x}", "key": f"{i:032x}", "at": "2024-06-17T06:%02d:%02dZ" % (i // 60 % 60, i % 60), "until": None, "precision": "s",
            "basis": "offset", "lane": "storage", "kind": "storage.volume.faulted" if i % 2 else "response.person.observed", "severity": "critical",
            "subject": "volume:" + text, "text": text, "count": 1, "fields": {"volume": text, "author": text},
            "source": {"name": text, "format": text, "offset": 0, "length": 1, "line": 1, "sha256": "00"}, "recorded_at": "2025-01-15T12:00:00Z"}


def main():
    payloads = json.load(open(os.path.join(HERE, "words.json"))) + list(WORST)
    os.makedirs("spread")
    name = "spread/<script>hurt=1<@everyone>#1 | `x` [a](b).jsonl"
    with open(name.replace("/script>", "&script>"), "w") as f:
        f.writelines(json.dumps(event(i, text)) + "\n" for i, text in enumerate(payloads))
    with open("spread/letters.mbox", "w") as f:
        for i, text in enumerate(WORST):
            f.write(f"From x Sat Jun 15 08:00:{i:02d} 2024\nFrom: {text.replace('<', '(').replace('>', ')')} <a{i}@x.example>\nTo: b@x.example\n"
                    f"Subject: Maintenance of your cluster {text} on 2024-06-17\nDate: Sat, 15 Jun 2024 08:00:{i:02d} +0000\nMessage-ID: <m{i}@x>\n\n"
                    f"We will upgrade your cluster {text} from 1.27 to 1.28 on 2024-06-17 06:00 UTC to 09:00 UTC. Reference {text}\n\n")
    lineup("ingest", "spread")
    lineup("incident", "new", " ".join(WORST), "--severity", "critical", "--from", "2024-06-17T06:00Z", "--to", "2024-06-17T09:00Z")
    for i, text in enumerate(WORST):
        lineup("action", "add", "--type=prevent", "--due=2024-07-01", "--owner=" + text, "--", text)
        lineup("decide", "--over=" + text, "--because=" + text, "--by=" + text, f"--at=2024-06-17T07:{i:02d}Z", "--", "restore " + text)
        lineup("location", "set", "--from=2024-06-16T00:00Z", "--", text, "unreachable")
    for text, milestone in zip(WORST, ("impact_start", "detected", "acknowledged", "mitigated", "impact_end", "resolved")):
        lineup("mark", milestone, "2024-06-17T06:30Z", "--because=" + text)
    lineup("asset", "add", "--namespace=" + WORST[1], "--volume=" + WORST[2], "--", WORST[0])
    json.dump([p for p in payloads if is_visible(p) and len(p) < SHOWN], open("payloads.json", "w"))


if __name__ == "__main__":
    main()
