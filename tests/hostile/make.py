#!/usr/bin/env python3
"""Writes hostile evidence into a folder: make.py [--into FOLDER] [NAME...]; all of it without names. Each file is one attack."""
import io, os, struct, sys, tarfile, zipfile, zlib

GOOD = "2024-06-18T04:{:02}:00Z level=error msg=\"good line {}\"\n"
MAIL = "From a@b.example Tue Jun 18 04:00:00 2024\nFrom: NOC <noc@b.example>\nSubject: {0}\nMessage-ID: <{0}@b.example>\nDate: Tue, 18 Jun 2024 04:00:00 +0000\n{1}\n\nText of {0}.\n\n"


def good(n=3):
    return "".join(GOOD.format(i, i) for i in range(n)).encode()


def mbox(*attacks):
    """A mailbox with a harmless mail in front of and behind each attack."""
    out = MAIL.format("first", "")
    for i, headers in enumerate(attacks):
        out += MAIL.format(f"attack{i}", headers) + MAIL.format(f"behind{i}", "")
    return out.encode()


def multipart(levels):
    out = []
    for i in range(levels):
        out.append(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")
    return "".join(out) + "Content-Type: text/plain\n\nthe bottom\n"


def tar(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_with_links():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for kind, name, to in ((tarfile.SYMTYPE, "passwd", "/etc/passwd"), (tarfile.LNKTYPE, "hard", "../../etc/passwd"), (tarfile.CHRTYPE, "zero", "")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, to
            t.addfile(info)
        info = tarfile.TarInfo("good.log")
        info.size = len(good())
        t.addfile(info, io.BytesIO(good()))
    return out.getvalue()


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name, (2024, 6, 18, 4, 0, 0)), data, method)  # not the date of today
    return out.getvalue()


def journal_value():
    """An entry whose value of two MiB holds what looks like entries behind its first."""
    forged = b"\n\n__REALTIME_TIMESTAMP=1718683209000000\nMESSAGE=forged\n\n" * 20000
    value = b"x" * (1 << 20) + forged
    entry = b"__REALTIME_TIMESTAMP=171868320%d000000\nPRIORITY=4\n_HOSTNAME=n1\n%s\n\n"
    return entry % (1, b"MESSAGE=before") + entry % (2, b"MESSAGE\n" + len(value).to_bytes(8, "little") + value) + entry % (3, b"MESSAGE=after")


def zip_bomb():
    return zipped(("a.log", b"\n" * (100 << 20)), ("good.log", good()))


def gzip_bomb():
    block = zlib.compressobj(9, wbits=31)
    data = block.compress(good())
    for _ in range(100):
        data += block.compress(b"\0" * (1 << 20))
    return data + block.flush()


def nested(depth):
    data = good()
    for i in range(depth):
        data = zipped((f"level{i}.zip" if i else "good.log", data))
    return data


def overlapping_zip():
    """Many names for the same bytes: each entry of the directory points at the first file."""
    body = zlib.compress(b"\n" * (8 << 20), 9)[2:-4]
    crc, size = zlib.crc32(b"\n" * (8 << 20)), 8 << 20
    local = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 8, 0, 33, crc, len(body), size, 1, 0) + b"a" + body
    central = b"".join(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 8, 0, 33, crc, len(body), size, 5, 0, 0, 0, 0, 0, 0) + f"{i:05}".encode() for i in range(2000))
    return local + central + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 2000, 2000, len(central), len(local), 0)


def sparse_tar():
    """A header that claims a hundred gigabytes."""
    info = tarfile.TarInfo("huge.log")
    info.size = 100 << 30
    return info.tobuf(tarfile.GNU_FORMAT) + good()


def alias_bomb():
    out = "apiVersion: v1\nkind: Event\nmetadata: {name: x, namespace: y}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for i in range(1, 12):
        out += f"a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 9) + "]\n"
    return out.encode()


def kube(i, message):
    return ('{"apiVersion":"v1","kind":"Event","metadata":{"name":"e%d","namespace":"shop","uid":"u%d"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"web"},'
            '"reason":"BackOff","message":"%s","type":"Warning","firstTimestamp":"2024-06-18T04:00:%02dZ","lastTimestamp":"2024-06-18T04:00:%02dZ","count":1}\n' % (i, i, message, i, i)).encode()


def pod(name, more=b""):
    return (b'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","uid":"u-%s"},"status":{"phase":"Failed","conditions":[{"type":"Ready","status":"False",'
            b'"lastTransitionTime":"2024-06-18T04:00:00Z"}]}%s}' % (name.encode(), name.encode(), more))


def many_members(n):
    """Empty ones, so that nothing but their number counts."""
    block = bytearray(tarfile.TarInfo("m").tobuf())
    return bytes(block) * n + b"\0" * 1024


class Sparse:
    """A line of SIZE zeros between good lines, of which the disk holds nothing."""
    def __init__(self, size):
        self.size = size

    def write(self, f):
        f.write(good(2))
        f.truncate(f.tell() + self.size)
        f.seek(0, 2)
        f.write(b"\n" + good(4)[-len(good(1)) * 2:])


ATTACKS = {
    "groups.mbox": lambda: mbox("To: " + "g:" * 50000),
    "parameter.mbox": lambda: mbox("Content-Type: multipart/mixed; " + "x" * 70 + "=y"),
    "parts.mbox": lambda: MAIL.format("first", "").encode() +
        b"From a@b Tue Jun 18 04:00:00 2024\nSubject: parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1000000 + b"\n" + MAIL.format("behind", "").encode(),
    "headers.mbox": lambda: mbox("\n".join(f"X-{i}: y" for i in range(100000))),
    "deep.mbox": lambda: MAIL.format("first", "").encode() + b"From a@b Tue Jun 18 04:00:00 2024\nSubject: deep\n" + multipart(10000).encode() + b"\n" + MAIL.format("behind", "").encode(),
    "forwards.mbox": lambda: MAIL.format("first", "").encode() + b"From a@b Tue Jun 18 04:00:00 2024\nSubject: deep\n" + b"Content-Type: message/rfc822\n\n" * 10000 + b"\n\n" + MAIL.format("behind", "").encode(),
    "deep.json": lambda: kube(1, "in front") + b"[" * 10000 + b"]" * 10000 + b"\n" + kube(2, "behind"),
    "deep-value.json": lambda: kube(1, "in front") + b'{"a":' * 10000 + b"1" + b"}" * 10000 + b"\n" + kube(2, "behind"),
    "open.json": lambda: kube(1, "in front") + b'{"a":[' * 100000,
    "memory.json": lambda: b'{"apiVersion":"v1","kind":"List","items":[' + pod("front") + b"," + pod("bomb", b',"a":[' + b"{}," * 20000000 + b"{}]") + b"," + pod("behind") + b"]}\n",
    "deep.yaml": lambda: b"apiVersion: v1\nkind: Event\na: " + b"[" * 10000 + b"]" * 10000 + b"\n",
    "brackets.yaml": lambda: b"apiVersion: v1\nkind: Event\na: " + b"[" * 200000,
    "alias.yaml": alias_bomb,
    "zip-bomb.zip": zip_bomb,
    "bomb.gz": gzip_bomb,
    "nested.zip": lambda: nested(12),
    "overlap.zip": overlapping_zip,
    "claims.tar": sparse_tar,
    "names.tar": lambda: tar(("../../etc/good.log", good()), ("/abs/good.log", good()), ("esc\x1b[31mred.log", good()), ("bidi\u202egol.log", good()), ("new\nline.log", good()), ("x" * 5000, good())),
    "homes.tar": lambda: tar(*(("containers/" + c * n + "-" * n, good()) for c, n in (("_", 400), ("_", 100), ("a_b", 40)))),
    "links.tar": tar_with_links,
    "members.tar": lambda: many_members(100001),
    "gigabyte.log": lambda: Sparse(1 << 30),
    "nul.log": lambda: b"\0" * 4096 + good(10),
    "mtree.log": lambda: b"#mtree\n" + good(),
    "long-line.log": lambda: good(2) + b"x" * (100 << 20) + b"\n" + good(4)[-len(good(1)) * 2:],
    "utf16.log": lambda: b"\xff\xfe" + good().decode().encode("utf-16-le"),
    "bytes.log": lambda: good() + bytes(range(256)) + b"\n" + good(5)[-len(good(1)) * 2:],
    "value.export": journal_value,
    "formulas.log": lambda: good() + b"2024-06-18T05:00:00Z level=error msg=\"=cmd|' /C calc'!A0 <script>alert(1)</script> @everyone #12 [x](javascript:y) \xe2\x80\xae\"\n",
}

words = sys.argv[1:]
folder = words.pop(1) if words[:1] == ["--into"] else "."
for name in words[folder != ".":] or ATTACKS:
    with open(os.path.join(folder, name), "wb") as f:
        attack = ATTACKS[name]()
        attack.write(f) if isinstance(attack, Sparse) else f.write(attack)
