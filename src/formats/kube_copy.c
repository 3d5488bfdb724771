/* Objects that are one run of a backup or restore, as records. */
#include "formats/kube_copy.h"

/*
 * Paths are cut at "/"; several in order of preference are separated by blanks. GROUP ends the group of the API.
 * data_time: the instant whose data the copy holds (Velero: the start; Longhorn: the snapshot; CloudNativePG: the
 * stop).
 */
static const struct run {
	const char *kind, *group, *tool;
	const char *phase, *started, *finished, *data_time, *expires, *location, *job, *error;
} runs[] = {
	{"Backup", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "status/startTimestamp metadata/creationTimestamp", "status/expiration",
		"spec/storageLocation", "metadata/labels/velero.io~schedule-name", "status/failureReason"},
	{"Restore", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "", "", "", "spec/scheduleName", "status/failureReason"},
	{"PodVolumeBackup", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "", "", "spec/backupStorageLocation",
		"metadata/labels/velero.io~backup-name", "status/message"},
	{"PodVolumeRestore", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "", "", "spec/backupStorageLocation", "", "status/message"},
	{"DataUpload", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "", "", "spec/backupStorageLocation",
		"metadata/labels/velero.io~backup-name", "status/message"},
	{"DataDownload", "velero.io", "velero", "status/phase", "status/startTimestamp metadata/creationTimestamp",
		"status/completionTimestamp", "", "", "spec/backupStorageLocation", "", "status/message"},
	{"Backup", "longhorn.io", "longhorn", "status/state", "metadata/creationTimestamp", "status/backupCreatedAt",
		"status/snapshotCreatedAt", "", "status/url status/backupTargetName", "status/volumeName",
		"status/error"},
	{"SystemBackup", "longhorn.io", "longhorn", "status/state", "status/createdAt metadata/creationTimestamp", "",
		"status/createdAt", "", "", "", "status/error"},
	{"SystemRestore", "longhorn.io", "longhorn", "status/state", "metadata/creationTimestamp", "", "", "", "", "",
		"status/error"},
	{"Backup", "postgresql.cnpg.io", "cloudnative-pg", "status/phase",
		"status/startedAt metadata/creationTimestamp", "status/stoppedAt", "status/stoppedAt", "",
		"status/destinationPath", "spec/cluster/name", "status/error"},
	{"ActionSet", "kanister.io", "kanister", "status/state", "metadata/creationTimestamp", "", "", "", "", "",
		"status/error/message"},
	{"BackupAction", "actions.kio.kasten.io", "k10", "status/state", "status/startTime metadata/creationTimestamp",
		"status/endTime", "status/startTime", "", "",
		"metadata/labels/k10.kasten.io~policyName spec/subject/name",
		"status/error/cause status/error/message"},
	{"ExportAction", "actions.kio.kasten.io", "k10", "status/state", "status/startTime metadata/creationTimestamp",
		"status/endTime", "status/startTime", "", "spec/profile/name spec/exportData/profile",
		"metadata/labels/k10.kasten.io~policyName spec/subject/name",
		"status/error/cause status/error/message"},
	{"RestoreAction", "actions.kio.kasten.io", "k10", "status/state", "status/startTime metadata/creationTimestamp",
		"status/endTime", "", "", "", "spec/subject/name", "status/error/cause status/error/message"},
	{"Backup", "k8up.io", "k8up", "status/conditions/Completed/reason", "metadata/creationTimestamp",
		"status/conditions/Completed/lastTransitionTime", "metadata/creationTimestamp", "",
		"spec/backend/s3/bucket spec/backend/local/mountPath spec/backend/b2/bucket spec/backend/swift/container spec/backend/rest/url",
		"metadata/labels/k8up.io~owned-by metadata/labels/k8up.syn.tools~owned-by",
		"status/conditions/Completed/message"},
	{"Snapshot", "k8up.io", "k8up", "", "spec/date metadata/creationTimestamp", "", "spec/date", "",
		"spec/repository", "", ""},
	{"BackupSession", "stash.appscode.com", "stash", "status/phase", "metadata/creationTimestamp", "",
		"metadata/creationTimestamp", "", "", "spec/invoker/name", "status/targets/stats/error"},
	{"BackupSession", "core.kubestash.com", "kubestash", "status/phase", "metadata/creationTimestamp", "",
		"metadata/creationTimestamp", "", "", "spec/invoker/name",
		"status/conditions/BackupExecutorEnsured/message"},
	{"Snapshot", "storage.kubestash.com", "kubestash", "status/phase",
		"status/snapshotTime metadata/creationTimestamp", "", "status/snapshotTime", "", "spec/repository",
		"spec/session", "status/error"},
	{"PerconaXtraDBClusterBackup", "pxc.percona.com", "percona-xtradb", "status/state",
		"metadata/creationTimestamp", "status/completed", "status/latestRestorableTime status/completed", "",
		"status/storageName spec/storageName status/destination", "spec/pxcCluster", "status/error"},
	{"PerconaServerMongoDBBackup", "psmdb.percona.com", "percona-mongodb", "status/state",
		"status/start metadata/creationTimestamp", "status/completed status/lastTransition",
		"status/latestRestorableTime status/completed", "",
		"status/storageName spec/storageName status/destination", "spec/clusterName spec/psmdbCluster",
		"status/error"},
	{"PerconaPGBackup", "pgv2.percona.com", "percona-postgresql", "status/state", "metadata/creationTimestamp",
		"status/completed", "status/completed", "", "status/destination spec/repoName", "spec/pgCluster",
		"status/error"},
	{"ETCDSnapshotFile", "k3s.cattle.io", "etcd", "status/readyToUse", "metadata/creationTimestamp",
		"status/creationTime", "status/creationTime", "", "spec/location", "", "status/error/message"},
	{"VolumeSnapshot", "snapshot.storage.k8s.io", "csi-snapshot", "status/readyToUse", "metadata/creationTimestamp",
		"status/creationTime", "status/creationTime", "", "", "", "status/error/message"},
};

/* What else a run may say, for every tool. */
static const struct {
	const char *field, *path;
} extras[] = {
	{"volume", "status/volumeName"},
	{"volume", "metadata/labels/backup-volume"},
	{"target", "status/backupTargetName"},
	{"snapshot", "status/snapshotName"},
	{"size", "status/size"},
	{"node", "spec/node"},
	{"node", "status/node"},
	{"pvc", "spec/source/persistentVolumeClaimName"},
	{"backup", "spec/backupName"},
	{"errors", "status/errors"},
	{"warnings", "status/warnings"},
	{"method", "spec/method"},
};

/* "~" in a path stands for a slash in a key. */
static struct str at_path(struct arena *arena, const struct json *j, struct str path)
{
	size_t tilde = str_find_byte(path, '~', 0);

	if (tilde == STR_NPOS)
		return kube_path_text(arena, j, str_cstr(arena, path));

	size_t slash = str_rfind_byte(str_slice(path, 0, tilde), '/');
	char *key = (char *)(uintptr_t)str_cstr(arena, str_from(path, slash + 1));

	key[tilde - slash - 1] = '/';
	return json_text(arena, json_get(kube_path(j, str_cstr(arena, str_slice(path, 0, slash))), key));
}

static struct str first_of(struct arena *arena, const struct json *j, const char *paths)
{
	struct str rest = str_of(paths), path, text;

	while (str_next(&rest, ' ', &path)) {
		text = at_path(arena, j, path);
		if (text.n && !str_eq(text, STR("null")))
			return text;
	}
	return STR_NONE;
}

static const struct run *run_find(const struct json *j)
{
	struct str kind = json_get_str(j, "kind"), api = json_get_str(j, "apiVersion");
	struct str group = str_slice(api, 0, str_find_byte(api, '/', 0));

	for (const struct run *r = runs; r < runs + LEN(runs); r++)
		if (str_eq(kind, str_of(r->kind)) && str_ends(group, str_of(r->group)))
			return r;
	return NULL;
}

/* "daily-20240601030000" recurs as "daily". */
static struct str without_time(struct str name)
{
	size_t dash = str_rfind_byte(name, '-');
	size_t digits = dash == STR_NPOS ? 0 : name.n - dash - 1;

	for (size_t i = name.n - digits; i < name.n; i++)
		if (!byte_is_digit(name.p[i]))
			return name;
	return digits >= 8 && dash > 0 ? str_slice(name, 0, dash) : name;
}

/* Namespaces of a Velero backup; of a Longhorn one the namespace of its claim, which its labels hold as JSON. */
static struct str namespaces_of(struct arena *arena, const struct json *j)
{
	const struct json *list = kube_path(j, "spec/includedNamespaces");
	struct err e = {{0}};
	struct buf b = BUF(arena);

	for (const struct json *n = json_first(list); n; n = json_next(n)) {
		if (b.n)
			buf_add(&b, STR(", "));
		buf_add(&b, json_str(n));
	}
	if (b.n)
		return buf_str(&b);

	struct str labels = kube_path_text(arena, j, "status/labels/KubernetesStatus");
	return labels.n ? json_get_str(json_parse(arena, labels, &e), "namespace") : STR_NONE;
}

/* "s3://bucket@region/?backup=b&volume=v" lies in "s3://bucket@region/". */
static struct str location_of(struct arena *arena, const struct json *j, const struct run *run)
{
	struct str text = first_of(arena, j, run->location);

	return str_slice(text, 0, str_find_byte(text, '?', 0));
}

/* Volume snapshots that were tried and did not come about make a "Completed" backup a partial one. */
static void snapshots_put(struct arena *arena, const struct json *j, struct kube_fields *f)
{
	int64_t tried = 0, done = 0;
	bool is_counted = json_int(kube_path(j, "status/volumeSnapshotsAttempted"), &tried);

	json_int(kube_path(j, "status/volumeSnapshotsCompleted"), &done);
	if (is_counted && done < tried)
		kube_field(f, "missing",
			str_fmt(arena, "%lld of %lld volume snapshots", (long long)(tried - done), (long long)tried));
}

static void fields_put(struct arena *arena, const struct json *j, const struct run *run, struct kube_fields *f)
{
	struct str name = kube_path_text(arena, j, "metadata/name");
	struct str job = first_of(arena, j, run->job), error = first_of(arena, j, run->error);

	kube_field(f, "tool", str_of(run->tool));
	kube_field(f, "object.kind", str_of(run->kind));
	kube_field(f, "object.name", name);
	kube_field(f, "object.namespace", kube_path_text(arena, j, "metadata/namespace"));
	kube_field(f, "object", str_lower(arena, str_of(run->kind)));
	kube_field(f, "uid", kube_path_text(arena, j, "metadata/uid"));
	kube_field(f, "copy", name);
	kube_field(f, "job", without_time(job.n ? job : name));
	kube_field(f, "namespace", namespaces_of(arena, j));
	kube_field(f, "location", location_of(arena, j, run));
	kube_field(f, "phase", first_of(arena, j, run->phase));
	kube_field(f, "error", error);
	for (size_t i = 0; i < LEN(extras); i++)
		kube_field(f, extras[i].field, kube_path_text(arena, j, extras[i].path));
	snapshots_put(arena, j, f);
	if (json_get_str(json_get(j, "metadata"), "deletionTimestamp").n)
		kube_field(f, "deleting", STR("yes"));
}

static size_t stamps_put(struct arena *arena, const struct json *j, const struct run *run, struct stamp stamps[4])
{
	const struct {
		const char *name, *paths;
	} rows[] = {{"started", run->started}, {"data_time", run->data_time}, {"finished", run->finished},
		{"expires", run->expires}};
	size_t n = 0;

	for (size_t i = 0; i < LEN(rows); i++) {
		struct str when = kube_time(first_of(arena, j, rows[i].paths));

		if (when.n)
			stamps[n++] = (struct stamp){.name = str_of(rows[i].name), .when = when};
	}
	return n;
}

/* "Backup daily-1: PartiallyFailed, 5 volume snapshots failed" */
static struct str run_text(
	struct arena *arena, const struct run *run, struct str name, struct str phase, struct str error)
{
	struct buf b = BUF(arena);

	buf_fmt(&b, "%s %.*s: %.*s", run->kind, STR_ARG(name), STR_ARG(phase.n ? phase : STR("no phase yet")));
	if (error.n)
		buf_fmt(&b, ", %.*s", STR_ARG(error));
	return buf_str(&b);
}

bool kube_copy_put(struct sink *sink, struct arena *arena, const struct json *j, struct where from, struct str raw)
{
	const struct run *run = run_find(j);
	struct stamp stamps[4];
	struct kube_fields f = {.n = 0};

	if (!run)
		return false;

	struct str name = kube_path_text(arena, j, "metadata/name"),
		   home = kube_path_text(arena, j, "metadata/namespace");
	struct str phase = first_of(arena, j, run->phase);
	struct record r = {
		.from = from, .raw = raw, .when = kube_time(first_of(arena, j, run->finished)), .stamps = stamps};

	if (!r.when.n)
		r.when = kube_time(first_of(arena, j, run->started));
	r.stamps_n = stamps_put(arena, j, run, stamps);
	fields_put(arena, j, run, &f);
	r.fields = f.v;
	r.fields_n = f.n;
	r.identity = str_fmt(arena, "kube-object/%s/%.*s/%.*s/%.*s/%.*s", run->kind, STR_ARG(home), STR_ARG(name),
		STR_ARG(phase), STR_ARG(r.when));
	r.text = run_text(arena, run, name, phase, first_of(arena, j, run->error));
	sink_put(sink, &r);
	return true;
}
