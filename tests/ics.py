#!/usr/bin/env python3
"""A calendar read by RFC 5545, with nothing of lineup's: ics.py FILE prints each event as a JSON line; what breaks a rule is said, status 1."""
import json, re, sys

data = open(sys.argv[1], "rb").read()
wrong, events, open_parts, event = [], [], [], None
if not data.endswith(b"\r\n") or b"\n" in data.replace(b"\r\n", b"") or b"\r" in data.replace(b"\r\n", b""):
    wrong.append("3.1: a line does not end in CRLF")
lines = data.split(b"\r\n")[:-1]
for n, line in enumerate(lines, 1):
    if len(line) > 75:
        wrong.append(f"3.1: line {n} has {len(line)} octets")
    try:
        line.decode()
    except UnicodeDecodeError:
        wrong.append(f"3.1: line {n} is folded within a character")
unfolded = re.sub(rb"\r\n[ \t]", b"", data).decode()
NAME, TIME, DAY = r"[A-Z][A-Z0-9-]*", r"\d{8}T\d{6}Z", r"\d{8}"
TEXT = re.compile(r'(?:[^\x00-\x08\x0a-\x1f\x7f\\;,]|\\[\\;,nN])*')
RULES = {"UID": (TEXT, 1), "DTSTAMP": (re.compile(TIME), 1), "DTSTART": (re.compile(f"{TIME}|{DAY}"), 1), "DTEND": (re.compile(TIME), None),
         "SUMMARY": (TEXT, None), "DESCRIPTION": (TEXT, None), "CATEGORIES": (TEXT, None), "SEQUENCE": (re.compile(r"\d+"), None),
         "TRANSP": (re.compile("OPAQUE|TRANSPARENT"), None)}


def plain(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


for line in unfolded.split("\r\n")[:-1]:
    m = re.fullmatch(rf"({NAME})((?:;{NAME}=[^;:]*)*):(.*)", line, re.S)
    if not m:
        wrong.append(f"3.1: no content line: {line!r}")
        continue
    name, parameters, value = m.groups()
    if name == "BEGIN":
        open_parts.append(value)
        event = {} if value == "VEVENT" else event
    elif name == "END":
        if not open_parts or open_parts.pop() != value:
            wrong.append(f"3.4: END:{value} ends nothing")
        if value == "VEVENT":
            for required, (_, times) in RULES.items():
                if times and required not in event:
                    wrong.append(f"3.6.1: an event without {required}")
            if "DTEND" in event and event["DTEND"] <= event["DTSTART"]:
                wrong.append("3.8.2.2: an end that is not after its beginning")
            events.append(event)
    elif open_parts == ["VCALENDAR", "VEVENT"]:
        if name in event:
            wrong.append(f"3.6.1: two of {name}")
        if name not in RULES or not RULES[name][0].fullmatch(value):
            wrong.append(f"{name}: no such property, or no such value: {value!r}")
        if (name == "DTSTART" and len(value) == 8) != (parameters == ";VALUE=DATE"):
            wrong.append(f"{name}{parameters}:{value}")
        event[name] = plain(value)
if open_parts:
    wrong.append("3.4: not ended: " + ", ".join(open_parts))
if not re.search(r"^PRODID:.", unfolded, re.M) or not re.search(r"^VERSION:2\.0\r?$", unfolded, re.M):
    wrong.append("3.6: no PRODID or VERSION")
if len({e.get("UID") for e in events}) != len(events):
    wrong.append("3.8.4.7: a UID twice")
for e in events:
    print(json.dumps(e))
print("\n".join(wrong), file=sys.stderr)
sys.exit(bool(wrong))
