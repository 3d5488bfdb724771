"""Looks through outputs for anything of a payload that is more than text, and prints it: outputs.py PAYLOADS.json FILE..."""
import csv
import html.parser
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

MARKDOWN = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "a", "code", "pre",
            "blockquote", "input", "img", "br"}
DRAWN = {"svg", "title", "desc", "style", "defs", "pattern", "rect", "path", "linearGradient", "stop", "text", "g", "circle"}
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\u2028\u2029]")
REFERENCE = re.compile(r"(?<![\w`])(?:@[A-Za-z0-9_]|[#!]\d|GH-\d)")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.bad, self.code = [], [], 0

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in MARKDOWN:
            self.bad.append("element " + tag)
        if any(name.startswith("on") or name in ("style", "srcset") for name in values):
            self.bad.append(f"attributes {attributes}")
        if "href" in values and not values["href"].startswith("#"):
            self.bad.append("link " + values["href"])
        if tag == "img" and not re.fullmatch(r"[\w.-]+\.svg", values.get("src", "")):
            self.bad.append("picture " + values.get("src", ""))
        self.code += tag in ("code", "pre")

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "pre")

    def handle_data(self, data):
        self.words.append(data)
        if not self.code and REFERENCE.search(data):
            self.bad.append("reference " + REFERENCE.search(data.strip()).string[:60])


def plain(text):
    return " ".join(text.replace("\u200b", "").split())


def markdown(text, payloads):
    programs = [["cmark"], ["cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist", "-e", "tagfilter"]]
    for program in programs:
        try:
            made = subprocess.run(program, input=text.encode(), capture_output=True, check=True).stdout.decode()
        except FileNotFoundError:
            continue
        page = Page()
        page.feed(made)
        yield from (f"{program[0]}: {what}" for what in page.bad)
        words = plain("".join(page.words))
        yield from (f"{program[0]}: {p!r} is not there" for p in payloads if plain(p) not in words)


def drawing(text, _):
    for e in xml.fromstring(text).iter():
        tag = e.tag.split("}")[1]
        if tag not in DRAWN:
            yield "element " + tag
        yield from ("attribute " + name for name in e.attrib if name.startswith("on") or "href" in name)


def table(text, payloads):
    cells = [c for row in csv.reader(text.splitlines()) for c in row]
    yield from ("formula " + c[:40] for c in cells if re.match(r"\s*([=@\t\r]|[+-](?![\d.]+$))", c))
    words = plain(" ".join(cells))
    yield from (f"{p!r} is not there" for p in payloads if plain(p) not in words)


def calendar(text, _):
    for line in text.split("\r\n"):
        if len(line.encode()) > 75:
            yield "a line of more than 75 bytes"
        if line and not re.match(r" |[A-Z-]+[;:]", line):
            yield "a line that is no property: " + line[:40]


def diagram(text, _):
    for line in filter(None, text.splitlines()[4:]):
        if not re.fullmatch(r"    (section [a-z-]+|[^:;{}<>\[\]|`\"']*(#\d+;[^:;{}<>\[\]|`\"']*)* :(crit, |active, )?[\dT:-]{19}, [\dT:-]{19})", line):
            yield "a line that is none of ours: " + line[:80]


def words(text, payloads):
    text = plain(text)
    yield from (f"{p!r} is not there" for p in payloads if plain(p) not in text)


KINDS = {".md": markdown, ".svg": drawing, ".csv": table, ".ics": calendar, ".mmd": diagram, ".txt": words}


def main():
    payloads = json.load(open(sys.argv[1]))
    for name in sys.argv[2:]:
        text = open(name, newline="", encoding="utf-8").read()
        kind = "." + name.rsplit(".", 1)[1]
        if CONTROL.search(text.replace("\r\n", "\n")):
            print(f"{name}: a control character: {CONTROL.search(text.replace(chr(13) + chr(10), chr(10))).start()}")
        for what in KINDS[kind](text, payloads):
            print(f"{name}: {what}"[:200])


if __name__ == "__main__":
    main()
