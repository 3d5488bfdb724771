#!/usr/bin/env python3
"""Evidence of any size for measuring: generate.py KIND N FILE [SEED]. The same words give the same bytes.

list, watch (N kube events), mbox (N letters), velero, restic, pgbackrest (N lines), folder (a mixed folder of about N records).
Times lie in the 30 days from 2024-05-01; one letter in fifty is a provider's notice.
"""
import os
import random
import sys
import time

BEGIN, SPAN = 1714521600, 30 * 86400
APPS = "auth billing cart checkout feed gateway identity ledger media orders payments queue search session shipping webhook".split()
SPACES = "default kube-system longhorn-system monitoring shop-prod shop-stage velero web".split()
WORDS = """cluster database upgrade window customers region version security engine replica storage network expected brief please
review schedule before after support control node pool release backup restore deploy pipeline passed comments branch ticket account
usage weekly report feature product café naïve größe team roadmap meeting notes budget quarter draft figures travel invoice""".split()
REASONS = [  # reason, type, component, message
    ("Scheduled", "Normal", "default-scheduler", "Successfully assigned {ns}/{pod} to {node}"),
    ("Pulled", "Normal", "kubelet", 'Successfully pulled image \\"registry.example/{app}:v{n}\\" in {n}.{n}s'),
    ("Created", "Normal", "kubelet", "Created container {app}"),
    ("Started", "Normal", "kubelet", "Started container {app}"),
    ("Unhealthy", "Warning", "kubelet", 'Readiness probe failed: Get \\"http://10.{n}.7.{n}:8080/healthz\\": connection refused'),
    ("BackOff", "Warning", "kubelet", "Back-off restarting failed container {app} in pod {pod}_{ns}({uid})"),
    ("FailedMount", "Warning", "kubelet", 'MountVolume.SetUp failed for volume \\"pvc-{uid}\\" : rpc error: code = DeadlineExceeded'),
    ("FailedScheduling", "Warning", "default-scheduler", "0/{n} nodes are available: {n} Insufficient cpu, {n} Insufficient memory."),
    ("Killing", "Normal", "kubelet", "Stopping container {app}"),
    ("NodeNotReady", "Warning", "node-controller", "Node {node} status is now: NodeNotReady"),
]


def stamp(t, form="%Y-%m-%dT%H:%M:%SZ"):
    return time.strftime(form, time.gmtime(t))


def uid(r):
    h = "%032x" % r.getrandbits(128)
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def kube_events(n, r):
    """Dictionaries of what differs, by namespace and object, as etcd lists them: not in order of time."""
    for i in range(n):
        if i % 6 == 0:
            app, ns = r.choice(APPS), SPACES[i * len(SPACES) // n]
            pod = "%s-%08x-%05x" % (app, r.getrandbits(32), r.getrandbits(20))
            begin, node, owner = BEGIN + r.randrange(SPAN - 7200), "node-%02d.example" % r.randrange(40), uid(r)
        reason, kind, component, text = r.choice(REASONS)
        first = begin + i % 6 * 20
        count = r.randrange(2, 60) if kind == "Warning" and r.random() < 0.5 else 1
        e = dict(ns=ns, app=app, pod=pod, node=node, owner=owner, uid=uid(r), reason=reason, type=kind, component=component, count=count,
                 first=first, last=first + (r.randrange(3600) if count > 1 else 0), version=r.randrange(10**8, 10**9))
        e["message"] = text.format(n=r.randrange(1, 250), **{k: e[k] for k in ("ns", "pod", "node", "app", "uid")})
        e["name"] = "%s.%016x" % (pod, first * 10**9 + r.randrange(10**9))
        yield e


PRETTY = """        {{
            "apiVersion": "v1",
            "count": {count},
            "eventTime": null,
            "firstTimestamp": "{t1}",
            "involvedObject": {{
                "apiVersion": "v1",
                "fieldPath": "spec.containers{{{app}}}",
                "kind": "Pod",
                "name": "{pod}",
                "namespace": "{ns}",
                "resourceVersion": "{version}",
                "uid": "{owner}"
            }},
            "kind": "Event",
            "lastTimestamp": "{t2}",
            "message": "{message}",
            "metadata": {{
                "creationTimestamp": "{t1}",
                "name": "{name}",
                "namespace": "{ns}",
                "resourceVersion": "{version}",
                "uid": "{uid}"
            }},
            "reason": "{reason}",
            "reportingComponent": "{component}",
            "reportingInstance": "{node}",
            "source": {{
                "component": "{component}",
                "host": "{node}"
            }},
            "type": "{type}"
        }}"""
COMPACT = ('{{"type":"{change}","object":{{"kind":"Event","apiVersion":"v1","metadata":{{"name":"{name}","namespace":"{ns}","uid":"{uid}",'
           '"resourceVersion":"{version}","creationTimestamp":"{t1}"}},"involvedObject":{{"kind":"Pod","namespace":"{ns}","name":"{pod}",'
           '"uid":"{owner}","apiVersion":"v1","resourceVersion":"{version}"}},"reason":"{reason}","message":"{message}","source":{{"component":'
           '"{component}","host":"{node}"}},"firstTimestamp":"{t1}","lastTimestamp":"{t2}","count":{count},"type":"{type}","eventTime":null,'
           '"reportingComponent":"{component}","reportingInstance":"{node}"}}}}\n')


def kube_list(n, f, r):
    f.write('{\n    "apiVersion": "v1",\n    "items": [\n')
    for i, e in enumerate(kube_events(n, r)):
        f.write((",\n" if i else "") + PRETTY.format(t1=stamp(e["first"]), t2=stamp(e["last"]), **e))
    f.write('\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n')


def kube_watch(n, f, r):
    lines = []
    for e in kube_events(n, r):
        t1, last, count = stamp(e["first"]), e["last"], e.pop("count")
        if count > 1:
            lines.append((e["first"], COMPACT.format(change="ADDED", t1=t1, t2=t1, count=1, **e)))
        lines.append((last, COMPACT.format(change="MODIFIED" if count > 1 else "ADDED", t1=t1, t2=stamp(last), count=count, **e)))
    lines.sort(key=lambda x: x[0])
    f.writelines(line for _, line in lines)


def prose(r, n):
    return " ".join(r.choices(WORDS, k=n)).capitalize() + "."


def letter(i, t, r):
    body = "\n\n".join("\n".join(prose(r, 14) for _ in range(r.randrange(2, 6))) for _ in range(r.randrange(2, 7)))
    sender, subject = "%s@team.example" % r.choice(APPS), prose(r, 5)
    if i % 50 == 7:
        sender, subject = "noreply@cloud.example", "Scheduled maintenance for Managed Kubernetes [CHG%07d]" % i
        body = "Dear customer,\n\nour engineers will upgrade your cluster %s-prod from version 1.27 to 1.28.\n\nStart: %s UTC\nEnd: %s UTC\n\n%s" % (
            r.choice(APPS), stamp(t + 5 * 86400, "%Y-%m-%d %H:%M"), stamp(t + 5 * 86400 + 7200, "%Y-%m-%d %H:%M"), body)
    rows = "".join('<tr style="font-family:Arial;font-size:14px"><td class="c">%s</td></tr>\n' % prose(r, 14) for _ in range(r.randrange(3, 12)))
    date = stamp(t, "%a, %d %b %Y %H:%M:%S +0000")
    return (f"From {sender} {stamp(t, '%a %b %d %H:%M:%S %Y')}\n"
            f"Received: from mx.example (mx.example [192.0.2.7])\n\tby in.example with ESMTPS id {r.getrandbits(40):010X};\n\t{date}\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; d=example; s=s1; h=from:to:subject;\n\tbh={r.getrandbits(200):050x};\n\tb={r.getrandbits(400):0100x}\n"
            f"From: {sender}\nTo: ops@acme.example\nSubject: {subject}\nDate: {date}\nMessage-ID: <{i}.{r.getrandbits(64):016x}@example>\n"
            f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b{i}"\n\n--b{i}\nContent-Type: text/plain; charset=utf-8\n'
            f"Content-Transfer-Encoding: 8bit\n\n{body}\n\n--b{i}\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
            f"<html><head><style>.c{{color:#333}}</style></head><body><table>\n{rows}</table></body></html>\n\n--b{i}--\n\n")


def mbox(n, f, r):
    for i in range(n):
        f.write(letter(i, BEGIN + i * SPAN // n, r))


def velero(n, f, r):
    for i in range(n):
        t, ns, name = BEGIN + i * SPAN / n, r.choice(SPACES), "%s-%05x" % (r.choice(APPS), r.getrandbits(20))
        level, text = r.choice([("info", "Backed up %d items out of an estimated total of %d" % (i % 997, 997)), ("info", "Processing item"),
                                ("info", "Executing custom action"), ("error", "Error backing up item: volume pvc-%s is not ready" % uid(r))]
                               if i % 40 == 0 else [("info", "Processing item"), ("info", "Executing custom action"), ("debug", "Item is excluded")])
        f.write('time="%s" level=%s msg="%s" backup=velero/nightly-%s logSource="pkg/backup/backup.go:%d" name=%s namespace=%s resource=pods\n' % (
            stamp(t), level, text, stamp(t, "%Y%m%d"), 300 + i % 90, name, ns))


def restic(n, f, r):
    for i in range(n):
        t = BEGIN + i * SPAN / n
        if i % 200 == 199:
            f.write('{"message_type":"summary","files_new":%d,"files_changed":%d,"data_added":%d,"total_files_processed":%d,"total_duration":%d.5,'
                    '"backup_start":"%s","backup_end":"%s","snapshot_id":"%064x"}\n' % (
                        i % 97, i % 31, r.randrange(10**9), i, 60 + i % 900, stamp(t - 1000), stamp(t), r.getrandbits(256)))
        else:
            f.write('{"message_type":"status","seconds_elapsed":%d,"percent_done":0.%03d,"total_files":91234,"files_done":%d,"total_bytes":81234567890,'
                    '"bytes_done":%d,"current_files":["/srv/data/%s/%08x.db"]}\n' % (i % 600, i % 1000, i % 91234, i * 1000, r.choice(APPS), r.getrandbits(32)))


def pgbackrest(n, f, r):
    for i in range(n):
        when = stamp(BEGIN + i * SPAN / n, "%Y-%m-%d %H:%M:%S") + ".%03d" % (i % 1000)
        if i % 500 == 0:
            f.write(f"{when} P00   INFO: backup command begin 2.51: --exec-id={i}-{r.getrandbits(32):08x} --stanza=main --type=incr\n")
        elif i % 500 == 499:
            f.write(f"{when} P00   INFO: backup command end: completed successfully ({i % 90000}ms)\n")
        else:
            f.write(f"{when} P{1 + i % 4:02d}   INFO: backup file db:/var/lib/postgresql/15/main/base/{i % 40}/{r.randrange(99999)} ({i % 900}KB, {i % 100}%) "
                    f"checksum {r.getrandbits(160):040x}\n")


def folder(n, path, r):
    os.makedirs(path, exist_ok=True)
    for name, kind, share in (("events.json", kube_list, 4), ("watch.ndjson", kube_watch, 4), ("mail.mbox", mbox, 40), ("velero.log", velero, 4),
                              ("restic.json", restic, 4), ("pgbackrest.log", pgbackrest, 4)):
        with open(os.path.join(path, name), "w") as f:
            kind(max(1, n // share), f, r)


KINDS = dict(list=kube_list, watch=kube_watch, mbox=mbox, velero=velero, restic=restic, pgbackrest=pgbackrest)


def generate(kind, n, path, seed=1):
    r = random.Random(seed)
    if kind == "folder":
        folder(n, path, r)
        return
    with open(path + ".part", "w", buffering=1 << 20) as f:
        KINDS[kind](n, f, r)
    os.rename(path + ".part", path)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in (*KINDS, "folder"):
        sys.exit(__doc__)
    generate(sys.argv[1], int(sys.argv[2]), sys.argv[3], *(int(s) for s in sys.argv[4:5]))
