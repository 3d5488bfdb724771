"""Opens pages in a browser and prints what is wrong with them, a line each: check.py PAGE [PAYLOADS.json]...

A page must load nothing, log nothing, fit any width, be legible in both schemes, hold no element but those reports are made
of, filter its timeline, open its evidence, and say everything without its script. PAYLOADS that went into it must be text.
"""
import json
import sys

from chromium import Browser

WIDTHS = (1400, 800, 320)
PAPER = 718  # A4 at 96 pixels an inch, less margins of a centimetre

# What differs from its background by less than 4.5:1 (3:1 for large text), by the formula of WCAG 2.1.
CONTRAST = r"""(() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const rgba = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const behind = e => {
    for (; e; e = e.parentElement) {
      if (e.ownerSVGElement || e.tagName === 'svg') {
        const ground = (e.ownerSVGElement || e).querySelector('.bg');
        return rgba(getComputedStyle(ground).fill);
      }
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const bad = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; n = walk.nextNode();) {
    const e = n.parentElement, style = getComputedStyle(e);
    if (!n.data.trim() || ['SCRIPT', 'STYLE', 'style', 'title', 'desc'].includes(e.tagName)) continue;
    const a = light(rgba(e.ownerSVGElement ? style.fill : style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.add(e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' + ratio.toFixed(2));
  }
  return [...bad];
})()"""

# Elements and attributes that no report is made of, and links that leave the page.
FOREIGN = r"""(() => {
  const known = new Set(('HTML HEAD META TITLE STYLE BODY A NAV DETAILS SUMMARY UL OL LI MAIN H1 H2 H3 H4 H5 H6 P DIV TABLE THEAD TBODY TR TH TD ' +
    'STRONG EM B CODE PRE BLOCKQUOTE FIGURE TIME INPUT LABEL SPAN SCRIPT HR BR svg title desc style defs pattern rect path linearGradient stop text g circle').split(' '));
  const bad = new Set();
  for (const e of document.querySelectorAll('*')) {
    if (!known.has(e.tagName)) bad.add('element ' + e.tagName);
    for (const a of e.attributes)
      if (/^on|^src$|^srcdoc$|^formaction$|^xlink:/i.test(a.name) || (a.name === 'style')) bad.add('attribute ' + e.tagName + ' ' + a.name);
    const href = e.getAttribute('href');
    if (href !== null && !href.startsWith('#')) bad.add('link ' + href.slice(0, 60));
    if (href !== null && href.length > 1 && !document.getElementById(decodeURIComponent(href.slice(1)))) bad.add('link to nowhere ' + href);
  }
  if (document.scripts.length !== 1) bad.add(document.scripts.length + ' scripts');
  return [...bad];
})()"""

FILTER = r"""(() => {
  const bad = [], bar = document.querySelector('.filter');
  let after = document.getElementById('timeline');
  for (after = after && after.nextElementSibling; after && after.tagName !== 'H2' && !bar; after = after.nextElementSibling)
    if (after.querySelector('tbody tr')) return ['no filter'];
  if (!bar) return [];
  const table = bar.nextElementSibling, rows = [...table.querySelectorAll('tbody tr')], count = bar.querySelector('[aria-live]');
  const shown = () => rows.filter(r => r.getClientRects().length);
  const set = (input, change) => { change(input); input.dispatchEvent(new Event(input.type === 'search' ? 'input' : 'change')); };
  if (shown().length !== rows.length) bad.push('rows are hidden from the start');
  for (const box of bar.querySelectorAll('input[type=checkbox]')) {
    const lane = box.parentElement.textContent.trim();
    set(box, b => b.checked = false);
    if (shown().some(r => r.cells[1].textContent === lane) || shown().length !== rows.filter(r => r.cells[1].textContent !== lane).length)
      bad.push('lane ' + lane + ' does not go');
    if (count.textContent !== shown().length + ' of ' + rows.length) bad.push('the count says ' + count.textContent);
    set(box, b => b.checked = true);
  }
  const search = bar.querySelector('input[type=search]'), words = rows[rows.length - 1].cells[2].textContent.trim().split(/\s+/).slice(0, 3);
  set(search, s => s.value = words.join(' ').toUpperCase());
  if (!shown().includes(rows[rows.length - 1]) || shown().some(r => !words.every(w => r.textContent.toLowerCase().includes(w.toLowerCase()))))
    bad.push('words do not filter');
  set(search, s => s.value = 'no such word anywhere');
  if (shown().length) bad.push('rows without the word stay');
  set(search, s => s.value = '');
  if (shown().length !== rows.length) bad.push('rows do not come back');
  return bad;
})()"""

EVIDENCE = r"""(async () => {
  const link = document.querySelector('main a[href^="#e"][title]');
  if (!link) return [];
  const proof = document.getElementById(link.getAttribute('href').slice(1)).closest('details');
  if (proof.open) return ['evidence is open from the start'];
  link.click();
  for (let i = 0; i < 50 && !proof.open; i++) await new Promise(r => setTimeout(r, 20));
  return proof.open ? [] : ['a citation does not open its evidence'];
})()"""

WORDS = "document.body.textContent.replace(/\\s+/g, ' ')"


def happened(browser):
    """Requests, messages and exceptions since the page was opened."""
    for event in browser.events:
        p = event["params"]
        if event["method"] == "Network.requestWillBeSent" and not p["request"]["url"].startswith("file:"):
            yield "it asks for " + p["request"]["url"][:80]
        if event["method"] == "Network.requestWillBeSent" and p["type"] != "Document":
            yield "it asks for a " + p["type"]
        if event["method"] == "Log.entryAdded":
            yield "the console says " + p["entry"]["text"][:160]
        if event["method"] == "Runtime.consoleAPICalled":
            yield "the console is written to"
        if event["method"] == "Runtime.exceptionThrown":
            yield "its script fails: " + p["exceptionDetails"]["text"]


def plain(text):
    """What a page may do to a text: break references by zero-width spaces, join blanks."""
    return " ".join(text.replace("\u200b", "").split())


def check(browser, path, payloads):
    browser.scripts(True)
    browser.scheme("light")
    browser.size(WIDTHS[0])
    browser.open(path)
    title = browser.run("document.title")
    for width in WIDTHS:
        browser.size(width)
        wide = browser.run("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} pixels at a width of {width}"
    browser.scheme("light", "print")
    browser.size(PAPER)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    wide = browser.run("document.documentElement.scrollWidth")
    if wide > PAPER:
        yield f"{wide} pixels on paper, which has {PAPER}"
    browser.run("document.querySelectorAll('details.proof').forEach(d => d.open = false)")
    browser.size(WIDTHS[1])
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        for what in browser.run(CONTRAST):
            yield f"{scheme}: {what} is too faint"
    yield from browser.run(FOREIGN)
    yield from browser.run(FILTER)
    yield from browser.run(EVIDENCE)
    words = browser.run("document.querySelector('main').textContent")
    text = plain(words)
    yield from (f"payload {p!r} is not in it as text" for p in payloads if plain(p) not in text)
    if browser.run("document.title") != title or browser.run("typeof hurt") != "undefined":
        yield "a payload ran"
    yield from happened(browser)
    browser.scripts(False)
    browser.open(path)
    words = plain(browser.run("document.querySelector('main').textContent"))
    missing = [p for p in plain(text).split(". ") if len(p) > 20 and p not in words]
    if len(missing) > 2 or browser.run("document.querySelectorAll('tr[hidden]').length"):
        yield "without its script it says less: " + repr(missing[:2])
    if browser.run("document.querySelectorAll('details.proof').length !== document.querySelectorAll('details.proof summary').length"):
        yield "without its script evidence cannot be opened"


def main(arguments):
    pages, payloads = [a for a in arguments if not a.endswith(".json")], []
    for name in arguments:
        if name.endswith(".json"):
            payloads += json.load(open(name))
    with Browser() as browser:
        for path in pages:
            for what in check(browser, path, payloads):
                print(f"{path}: {what}")


if __name__ == "__main__":
    main(sys.argv[1:])
