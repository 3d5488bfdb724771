"""Compares a report's page with what GitHub's own parser (cmark-gfm) makes of its Markdown: headings, tables, task lists, fenced blocks.
gfm.py REPORT.md REPORT.html prints the first things that differ."""
import html.parser
import itertools
import subprocess
import sys

BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "pre", "summary"}


class Outline(html.parser.HTMLParser):
    """(tag, text) of every heading, cell and fenced block, rows and boxes between them, in their order."""

    def __init__(self):
        super().__init__()
        self.found, self.stack, self.skip = [], [], []  # skip: tags open around what is the page's own

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in ("nav", "figure", "script", "style") or values.get("class") == "anchor" or (self.skip and tag == self.skip[0]):
            self.skip.append(tag)
        if tag in BLOCKS and not self.skip:
            self.stack.append([tag, ""])
        if tag in ("table", "tr") and not self.skip:
            self.found.append((tag, ""))
        if tag == "input":
            self.found.append(("box", "checked" if "checked" in values else ""))

    def handle_endtag(self, tag):
        if self.skip and tag == self.skip[-1]:
            self.skip.pop()
        if tag in BLOCKS and self.stack and self.stack[-1][0] == tag:
            name, text = self.stack.pop()
            if name == "summary":  # evidence folds away; its heading is the first word
                name, text = "h4", text.split()[0] if text.split() else ""
                if not text.startswith("E"):
                    return
            self.found.append((name, " ".join(text.split())))

    def handle_data(self, data):
        if self.stack and not self.skip:
            self.stack[-1][1] += data


def outline(text):
    o = Outline()
    o.feed(text)
    return o.found


def main(markdown, page):
    made = subprocess.run(["cmark-gfm", "-e", "table", "-e", "tasklist", "-e", "autolink", "-e", "strikethrough", markdown], capture_output=True, check=True)
    theirs, ours = outline(made.stdout.decode()), outline(open(page, encoding="utf-8").read().split('<main id="report">')[1])
    for i, (a, b) in enumerate(itertools.zip_longest(theirs, ours)):
        if a != b:
            print(f"{i}: GitHub has {a}, the page has {b}")
            return
    print(f"{len(theirs)} alike" if len(theirs) > 5 else "hardly anything to compare")


main(*sys.argv[1:])
