#!/usr/bin/env python3
"""Writes evidence/ of this case: make-evidence.py DIR. Seeded: the same bytes every time.

The outage of June 2024 as its tools would have recorded it: a forced managed-Kubernetes upgrade announced on a Saturday and run on the
Monday, Longhorn replicas that did not come back, an identity service that lost its data, and backups that lay where nobody could
reach them. Names, addresses and numbers are invented; the shapes are the tools' own.
"""
import gzip, json, os, random, sys, uuid
from datetime import datetime, timedelta, timezone

R = random.Random(20240617)
OUT = sys.argv[1]
UTC = timezone.utc


def t(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def z(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(name, text, compress=False):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = text.encode()
    if compress:
        with open(path, "wb") as f, gzip.GzipFile(filename="", fileobj=f, mode="wb", mtime=0) as g:
            g.write(data)
    else:
        open(path, "wb").write(data)
    stamp = t("2024-06-20T08:00:00").timestamp()
    os.utime(path, (stamp, stamp))


def uid():
    return str(uuid.UUID(int=R.getrandbits(128), version=4))


# ---------------------------------------------------------------------------------------------------- kube events
EVENTS = []


def event(when, kind, namespace, name, reason, message, type_="Normal", component="kubelet", host="", count=1, last=None):
    """One core/v1 Event as the API server returns it."""
    last = last or when
    ns = namespace or "default"
    suffix = format(int(when.timestamp() * 1_000_000_000) + R.randrange(10**9), "016x")
    obj = {"kind": kind, "name": name, "uid": uid()}
    if namespace:
        obj["namespace"] = namespace
    EVENTS.append({
        "apiVersion": "v1", "count": count, "eventTime": None, "firstTimestamp": z(when),
        "involvedObject": obj, "kind": "Event", "lastTimestamp": z(last), "message": message,
        "metadata": {"creationTimestamp": z(when), "name": f"{name}.{suffix}", "namespace": ns,
                     "resourceVersion": str(88_000_000 + len(EVENTS)), "uid": uid()},
        "reason": reason, "reportingComponent": component, "reportingInstance": host,
        "source": {"component": component, **({"host": host} if host else {})}, "type": type_,
    })


OLD = [f"pool-a-{n}" for n in ("4kq2x", "7hd9m", "c8w5t", "f2zrn", "m6vbl", "q9xjs")]
NEW = [f"pool-a-{n}" for n in ("b3tfk", "d5gpw", "h8nqc", "k2rvz", "s4mxd", "w7bjh")]
APPS = [(ns, app) for ns, apps in {
    "fusionauth": ["fusionauth", "fusionauth-postgresql"], "shop": ["cart", "catalog", "checkout"], "web": ["frontend", "edge"],
    "monitoring": ["prometheus", "grafana"], "velero": ["velero", "node-agent"], "longhorn-system": ["csi-attacher", "csi-plugin"],
    "jobs": ["report", "mailer", "thumbs"]}.items() for app in apps]
VOLUME = "pvc-7c1e0a52-4f7e-4a93-9a43-2b1d1f0c6e11"
VOLUMES = {VOLUME: ("fusionauth", "data-fusionauth-postgresql-0"),
           "pvc-19b4c6de-0d5c-4a0e-8a57-5a6b44b0e8f3": ("monitoring", "prometheus-data"),
           "pvc-e55d2f80-31c7-4f4e-b9a4-93c1d7a0b26d": ("shop", "catalog-media")}


def pod(app):
    return f"{app}-{R.randrange(16**9):09x}-{''.join(R.choices('bcdfghjklmnpqrstvwxz2456789', k=5))}"


def start_pod(when, ns, app, node):
    name = "fusionauth-postgresql-0" if app == "fusionauth-postgresql" else pod(app)
    event(when, "Pod", ns, name, "Scheduled", f"Successfully assigned {ns}/{name} to {node}", component="default-scheduler")
    for k, (reason, message) in enumerate([
            ("Pulling", f'Pulling image "registry.example/{app}:1.{R.randrange(40)}"'),
            ("Pulled", f'Successfully pulled image "registry.example/{app}" in {R.randrange(200, 9000)}ms'),
            ("Created", f"Created container {app}"), ("Started", f"Started container {app}")]):
        event(when + timedelta(seconds=2 + k), "Pod", ns, name, reason, message, host=node)
    return name


def quiet_days():
    """Jobs and deployments of ordinary days: most of what a cluster says means nothing."""
    when = t("2024-06-14T00:00:00")
    while when < t("2024-06-19T18:00:00"):
        when += timedelta(seconds=R.randrange(240, 780))
        ns, app = R.choice(APPS[2:])
        node = R.choice(OLD if when < t("2024-06-17T06:00:00") else NEW)
        start_pod(when, ns, app, node)


def replace_node(when, old, new):
    event(when, "Node", "", old, "NodeNotSchedulable", f"Node {old} status is now: NodeNotSchedulable", host=old)
    for k in range(12):
        ns, app = R.choice(APPS)
        event(when + timedelta(seconds=20 + 7 * k), "Pod", ns, pod(app), "Killing", f"Stopping container {app}", host=old)
    event(when + timedelta(minutes=6), "Node", "", old, "NodeNotReady", f"Node {old} status is now: NodeNotReady",
          component="node-controller")
    event(when + timedelta(minutes=8), "Node", "", old, "RemovingNode", f"Node {old} event: Removing Node {old} from Controller",
          component="node-controller")
    born = when + timedelta(minutes=11)
    event(born, "Node", "", new, "Starting", "Starting kubelet.", host=new)
    event(born + timedelta(seconds=4), "Node", "", new, "RegisteredNode", f"Node {new} event: Registered Node {new} in Controller",
          component="node-controller")
    event(born + timedelta(seconds=35), "Node", "", new, "NodeReady", f"Node {new} status is now: NodeReady", host=new)
    for _ in range(10):
        ns, app = R.choice(APPS[2:])
        start_pod(born + timedelta(seconds=R.randrange(50, 200)), ns, app, new)


def upgrade():
    when = t("2024-06-17T06:04:10")
    for old, new in zip(OLD, NEW):
        replace_node(when, old, new)
        when += timedelta(minutes=33, seconds=R.randrange(50))


def storage():
    first = t("2024-06-17T06:12:40")
    for k, (volume, (ns, claim)) in enumerate(VOLUMES.items()):
        event(first + timedelta(minutes=2 * k), "Volume", "longhorn-system", volume, "Degraded",
              f"volume {volume} became degraded", component="longhorn-volume-controller")
        event(first + timedelta(minutes=40 + k), "Engine", "longhorn-system", f"{volume}-e-0", "Rebuilding",
              f"Start rebuilding replica {volume}-r-{R.randrange(16**8):08x} with Address 10.42.{k}.17:10000 for volume {volume}",
              component="longhorn-engine-controller")
    for k, volume in enumerate(list(VOLUMES)[1:]):
        event(t("2024-06-17T11:20:00") + timedelta(minutes=9 * k), "Volume", "longhorn-system", volume, "Healthy",
              f"volume {volume} became healthy", component="longhorn-volume-controller")
    event(t("2024-06-18T04:17:22"), "Volume", "longhorn-system", VOLUME, "DetachedUnexpectedly",
          f"Engine of volume {VOLUME} dead unexpectedly, reattach the volume", "Warning", "longhorn-volume-controller")
    event(t("2024-06-18T04:17:30"), "Engine", "longhorn-system", f"{VOLUME}-e-0", "Faulted",
          f"Detected replica {VOLUME}-r-5d1f20c4 in error", "Warning", "longhorn-engine-controller", count=3,
          last=t("2024-06-18T04:19:02"))
    event(t("2024-06-18T04:21:05"), "Pod", "fusionauth", "fusionauth-postgresql-0", "FailedAttachVolume",
          f'AttachVolume.Attach failed for volume "{VOLUME}" : rpc error: code = Aborted desc = volume {VOLUME} is not ready for workloads',
          "Warning", "attachdetach-controller", count=212, last=t("2024-06-19T13:41:30"))
    event(t("2024-06-18T04:23:11"), "Pod", "fusionauth", "fusionauth-postgresql-0", "FailedMount",
          f'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
          "Warning", host=NEW[2], count=96, last=t("2024-06-19T13:40:10"))


# ---------------------------------------------------------------------------------------------------- mail
def mail():
    def one(frm, date, subject, body, mid, more="", stamp=None):
        stamp = stamp or "Sat Jun 15 08:12:09 2024"
        return (f"From {frm.split('<')[-1].rstrip('>')} {stamp}\nFrom: {frm}\nTo: ops@example.org\nDate: {date}\nSubject: {subject}\n"
                f"Message-ID: <{mid}>\nMIME-Version: 1.0\n{more}\n{body}\n\n")
    plain = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    notice = """Dear customer,

Kubernetes 1.27 has reached the end of its life on our platform. Your managed cluster prod-eu will be upgraded from 1.27 to 1.28=
 in the following window:

Start: 2024-06-17 06:00 UTC
End:   2024-06-17 10:00 UTC

Nodes are replaced one after another. Workloads that keep their data on node-local disks should be moved beforehand. This upgrade
cannot be postponed.

Affected Resources:
prod-eu

Reference: CN-2024-0617
Nordwind Cloud Operations
"""
    box = one("Build Robot <ci@example.org>", "Fri, 14 Jun 2024 17:41:03 +0000", "shop/catalog: build 4711 passed",
              "All 312 tests passed.", "ci-4711@example.org", plain, "Fri Jun 14 17:41:03 2024")
    box += one("Nordwind Cloud <maintenance@nordwind-cloud.example>", "Sat, 15 Jun 2024 08:12:04 +0000",
               "[Maintenance] Upgrade of your cluster prod-eu from Kubernetes 1.27 to 1.28", notice,
               "cn-2024-0617.1@nordwind-cloud.example",
               "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n")
    box += one("Newsletter <news@conference.example>", "Sun, 16 Jun 2024 06:00:00 +0000", "Early tickets until 30 June",
               "Meet us in October.", "news-88@conference.example", plain, "Sun Jun 16 06:00:00 2024")
    box += one("Accounting <billing@nordwind-cloud.example>", "Mon, 17 Jun 2024 05:30:00 +0000", "Your invoice 2024-06-5521",
               "Please find your invoice in the customer portal.", "inv-5521@nordwind-cloud.example", plain, "Mon Jun 17 05:30:00 2024")
    box += one("Nordwind Cloud <maintenance@nordwind-cloud.example>", "Mon, 17 Jun 2024 09:41:00 +0000",
               "[Completed] Upgrade of your cluster prod-eu from Kubernetes 1.27 to 1.28",
               "The upgrade of your cluster prod-eu from 1.27 to 1.28 has been completed.\n\nReference: CN-2024-0617\n",
               "cn-2024-0617.2@nordwind-cloud.example",
               plain + "In-Reply-To: <cn-2024-0617.1@nordwind-cloud.example>\nReferences: <cn-2024-0617.1@nordwind-cloud.example>\n",
               "Mon Jun 17 09:41:00 2024")
    write("mail/ops.mbox", box)


# ---------------------------------------------------------------------------------------------------- storage log
def longhorn():
    lines = []

    def line(when, level, msg, **more):
        tail = "".join(f' {k}="{v}"' if " " in str(v) else f" {k}={v}" for k, v in sorted(more.items()))
        lines.append((when, f'time="{z(when)}" level={level} msg="{msg}"{tail}'))
    when = t("2024-06-16T22:00:00")
    while when < t("2024-06-19T14:00:00"):
        when += timedelta(seconds=R.randrange(300, 900))
        line(when, "info", "Reconciling volumes", controller="longhorn-volume", node=R.choice(NEW))
    line(t("2024-06-17T06:12:40"), "warning",
         f"Event(v1.ObjectReference{{Kind:\\\"Volume\\\", Namespace:\\\"longhorn-system\\\", Name:\\\"{VOLUME}\\\", UID:\\\"1f2e\\\", "
         f"APIVersion:\\\"longhorn.io/v1beta2\\\", ResourceVersion:\\\"88001234\\\", FieldPath:\\\"\\\"}}): type: 'Normal' reason: 'Degraded' "
         f"volume {VOLUME} became degraded")
    line(t("2024-06-18T02:40:18"), "error", "Failed to rebuild replica", volume=VOLUME, node=NEW[3],
         error="proxyServer=10.42.3.9:8501 destination=10.42.3.9:10012: failed to add replica: no space left on device")
    line(t("2024-06-18T04:17:22"), "warning", "Engine of volume dead unexpectedly, reattach the volume", volume=VOLUME,
         accessMode="rwo", controller="longhorn-volume", state="attached", node=NEW[2])
    line(t("2024-06-18T04:19:40"), "error", "All replicas are failed, set engine salvageRequested to true", volume=VOLUME,
         controller="longhorn-volume", node=NEW[2])
    line(t("2024-06-18T04:20:02"), "error", f"volume {VOLUME} robustness changed to faulted", volume=VOLUME,
         controller="longhorn-volume", state="detached")
    write("longhorn/longhorn-manager.log", "".join(l + "\n" for _, l in sorted(lines)))


# ---------------------------------------------------------------------------------------------------- backups
def backup_cr(name, schedule, location, start, phase, minutes=6, reason=None):
    status = {"expiration": z(start + timedelta(days=90)), "formatVersion": "1.1.0", "phase": phase, "startTimestamp": z(start),
              "version": 1}
    if phase == "Completed":
        status |= {"completionTimestamp": z(start + timedelta(minutes=minutes)), "progress": {"itemsBackedUp": 214, "totalItems": 214}}
    if phase == "Failed":
        status |= {"completionTimestamp": z(start + timedelta(minutes=minutes)), "failureReason": reason}
    if phase == "FailedValidation":
        status = {"phase": phase, "formatVersion": "1.1.0", "version": 1, "validationErrors": [reason]}
    return {"apiVersion": "velero.io/v1", "kind": "Backup",
            "metadata": {"creationTimestamp": z(start), "generation": 5, "name": name, "namespace": "velero",
                         "labels": {"velero.io/storage-location": location, **({"velero.io/schedule-name": schedule} if schedule else {})},
                         "resourceVersion": str(R.randrange(10**7, 10**8)), "uid": uid()},
            "spec": {"includedNamespaces": ["fusionauth"], "storageLocation": location, "ttl": "2160h0m0s"}, "status": status}


def velero():
    items = []
    day = t("2024-05-03T01:00:00")
    items.append(backup_cr("fusionauth-before-migration-20240503010000", "", "archive", day, "Completed", 11))
    day = t("2024-05-20T01:00:00")
    items.append(backup_cr("fusionauth-archive-20240520010000", "", "archive", day, "Completed", 11))
    day = t("2024-06-01T02:00:00")
    while day < t("2024-06-20T00:00:00"):
        name = f"fusionauth-daily-{day:%Y%m%d%H%M%S}"
        if day < t("2024-06-08T00:00:00"):
            items.append(backup_cr(name, "fusionauth-daily", "minio-legacy", day, "Completed"))
        else:
            items.append(backup_cr(name, "fusionauth-daily", "minio-legacy", day, "FailedValidation", reason=
                         "backup can't be created because backup storage location minio-legacy is currently in Unavailable status."))
        day += timedelta(days=1)
    location = {"apiVersion": "velero.io/v1", "kind": "BackupStorageLocation",
                "metadata": {"creationTimestamp": "2023-02-11T10:00:00Z", "name": "minio-legacy", "namespace": "velero", "uid": uid()},
                "spec": {"provider": "aws", "objectStorage": {"bucket": "velero"}},
                "status": {"phase": "Unavailable", "lastValidationTime": "2024-06-19T09:58:41Z", "message":
                           'rpc error: code = Unknown desc = RequestError: send request failed caused by: Get "http://minio.legacy.example:9000/velero": '
                           "dial tcp 10.9.0.14:9000: connect: no route to host"}}
    write("velero/backups.json", json.dumps({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}, indent=4) + "\n")
    write("velero/locations.json", json.dumps({"apiVersion": "v1", "items": [location], "kind": "List", "metadata": {}}, indent=4) + "\n")
    lines = []
    when = t("2024-06-08T02:00:00")
    while when < t("2024-06-19T10:00:00"):
        lines.append(f'time="{z(when)}" level=info msg="BackupStorageLocation is invalid, marking as unavailable" '
                     f'backup-storage-location=velero/minio-legacy controller=backup-storage-location '
                     f'error="dial tcp 10.9.0.14:9000: connect: no route to host" logSource="pkg/controller/backup_storage_location_controller.go:143"')
        when += timedelta(hours=6)
    restore = [("2024-06-19T14:02:10", "info", "starting restore", "velero/fusionauth-20240619"),
               ("2024-06-19T15:21:47", "info", "restore completed", "velero/fusionauth-20240619")]
    for stamp, level, msg, name in restore:
        lines.append(f'time="{z(t(stamp))}" level={level} msg="{msg}" logSource="pkg/controller/restore_controller.go:534" restore={name}')
    write("velero/velero.log", "".join(l + "\n" for l in lines))
    write("velero/restores.json", json.dumps({
        "apiVersion": "velero.io/v1", "kind": "Restore",
        "metadata": {"creationTimestamp": "2024-06-19T14:02:08Z", "name": "fusionauth-20240619", "namespace": "velero", "uid": uid()},
        "spec": {"backupName": "fusionauth-before-migration-20240503010000", "includedNamespaces": ["fusionauth"]},
        "status": {"phase": "Completed", "startTimestamp": "2024-06-19T14:02:10Z", "completionTimestamp": "2024-06-19T15:21:47Z",
                   "progress": {"itemsRestored": 214, "totalItems": 214}}}, indent=4) + "\n")


def restic():
    """Nightly dumps to a machine in the old environment; its snapshots list was taken on the Sunday."""
    shots = []
    day = datetime.fromisoformat("2024-06-03T03:30:11.482913047"[:26])
    while day < datetime(2024, 6, 17):
        ident = f"{R.getrandbits(256):064x}"
        shots.append({"time": day.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000+02:00", "tree": f"{R.getrandbits(256):064x}",
                      "paths": ["/var/backups/fusionauth"], "hostname": "ops-1", "username": "root", "tags": ["fusionauth-nightly"],
                      "id": ident, "short_id": ident[:8]})
        day += timedelta(days=1)
    write("restic/snapshots-2024-06-16.json", json.dumps(shots) + "\n")
    out = []
    for n in ("17", "18", "19"):
        out.append(f"2024-06-{n} 03:30:02 starting nightly backup to sftp:backup@nas-2.legacy.example:/restic")
        out.append(f"2024-06-{n} 03:32:13 Fatal: unable to open repository at sftp:backup@nas-2.legacy.example:/restic: unable to start the sftp "
                   "session, error: ssh: connect to host nas-2.legacy.example port 22: No route to host")
        out.append(f"2024-06-{n} 03:32:13 nightly backup failed with exit status 1")
    write("restic/nightly.log", "\n".join(out) + "\n")


# ---------------------------------------------------------------------------------------------------- application
def fusionauth():
    def stamp(when):
        return when.strftime("%Y-%m-%d ") + when.strftime("%I:%M:%S.").lstrip() + f"{when.microsecond // 1000:03d} " + when.strftime("%p")
    lines = []
    when = t("2024-06-18T03:00:00")
    while when < t("2024-06-18T04:17:00"):
        when += timedelta(seconds=R.randrange(40, 90), milliseconds=R.randrange(999))
        lines.append(f"{stamp(when)} INFO  io.fusionauth.api.service.search.client.ReindexRunner - Reindexing completed")
    when = t("2024-06-18T04:17:41.318000")
    while when < t("2024-06-19T15:25:00"):
        lines.append(f"{stamp(when)} ERROR com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Connection is not available, request timed out after 2001ms.")
        lines.append("  - org.postgresql.util.PSQLException: Connection to fusionauth-postgresql:5432 refused.")
        when += timedelta(seconds=R.randrange(100, 400), milliseconds=R.randrange(999))
    lines.append(f"{stamp(t('2024-06-19T15:31:04.120000'))} INFO  io.fusionauth.app.primeframework.FusionAuthAppModule - HTTP server listening on port [9011]")
    lines.append(f"{stamp(t('2024-06-19T15:31:04.371000'))} INFO  io.fusionauth.app.primeframework.FusionAuthAppModule - HTTP server started successfully")
    write("fusionauth/fusionauth-app.log", "\n".join(lines) + "\n")


quiet_days()
upgrade()
storage()
EVENTS.sort(key=lambda e: (e["metadata"]["namespace"], e["metadata"]["name"]))
write("kube/events.json.gz", json.dumps({"apiVersion": "v1", "items": EVENTS, "kind": "List", "metadata": {"resourceVersion": ""}}, indent=4) + "\n", True)
mail()
longhorn()
velero()
restic()
fusionauth()
