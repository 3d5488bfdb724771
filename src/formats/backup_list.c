/* Lists of copies that backup tools print as JSON. */
#include "formats/formats_all.h"

#include "formats/lines.h"

/*
 * Paths are cut at "/"; several in order of preference are separated by blanks. Where a tool gives an epoch or an
 * offset beside a text without zone, the former is read: lists print texts in the zone of who asks.
 *
 *   borg list, info, create --json   https://borgbackup.readthedocs.io/en/1.2-maint/internals/frontends.html
 *   pgbackrest info --output=json    https://pgbackrest.org/command.html#command-info
 *   barman -f json show-backup, list-backups: { "SERVER": ONE or [ALL] }; barman-cloud-backup-list --format json
 *   kopia snapshot list --json       https://kopia.io/docs/reference/command-line/common/snapshot-list/
 *   wal-g backup-list --detail --json, pbm list -o json, proxmox-backup-client snapshot list --output-format json,
 *   Duplicati's result (send-http-url), Elasticsearch's GET _snapshot and GET _slm/policy, pg_probackup show,
 *   Proxmox VE's tasks, Veeam's sessions
 *   aws backup list-backup-jobs, list-recovery-points; aws rds describe-db-snapshots; aws ec2 describe-snapshots
 *   az backup job list, az snapshot list; gcloud container backup-restore backups list, sql backups list, compute
 *   snapshots list; doctl and hcloud lists of snapshots
 */
static const struct list {
	const char *tool;
	const char *phrases[2]; /* both stand in the head */
	const char *copies; /* list of copies, or the one, in the document; ".": it is one; empty: each member of it */
	/* In the copy, else in the document. Empty job: the member's name. */
	const char *job, *location, *copy, *started, *finished, *data_time, *expires, *size, *host, *path, *status,
		*error;
	const char *only, *only_if; /* what stands there is this, or it is about something else */
	const char *parts[2];       /* the copies are these members of it; what a failed one has is its error */
	const char *otherwise;      /* what another status than those below makes of a run */
} lists[] = {
	{.tool = "borg",
		.phrases = {"\"repository\"", "\"last_modified\""},
		.copies = "archives archive",
		.location = "repository/location",
		.copy = "name archive",
		.started = "start time",
		.finished = "end",
		.data_time = "start time",
		.size = "stats/original_size",
		.host = "hostname"},
	{.tool = "pgbackrest",
		.phrases = {"\"backrest\"", "\"label\""},
		.copies = "backup",
		.job = "name",
		.copy = "label",
		.started = "timestamp/start",
		.finished = "timestamp/stop",
		.data_time = "timestamp/stop",
		.size = "info/size",
		.status = "error"},
	{.tool = "barman",
		.phrases = {"\"backups_list\"", "\"backup_id\""},
		.copies = "backups_list",
		.job = "server_name systemid",
		.copy = "backup_id",
		.started = "begin_time_iso begin_time",
		.finished = "end_time_iso end_time",
		.data_time = "end_time_iso end_time",
		.size = "size",
		.status = "status",
		.error = "error"},
	{.tool = "barman",
		.phrases = {"\"backup_id\"", "\"status\""},
		.copies = "",
		.job = "",
		.copy = "backup_id",
		.started = "base_backup_information/begin_time begin_time_timestamp",
		.finished = "base_backup_information/end_time end_time_timestamp",
		.data_time = "base_backup_information/end_time end_time_timestamp",
		.size = "size_bytes base_backup_information/disk_usage_bytes",
		.status = "status",
		.error = "error"},
	{.tool = "kopia",
		.phrases = {"\"rootEntry\"", "\"startTime\""},
		.copies = ".",
		.job = "source/path",
		.copy = "id",
		.started = "startTime",
		.finished = "endTime",
		.data_time = "startTime",
		.size = "stats/totalSize",
		.host = "source/host",
		.path = "source/path",
		.status = "incomplete"},
	{.tool = "wal-g",
		.phrases = {"\"backup_name\"", "\"wal_file_name\""},
		.copies = ".",
		.copy = "backup_name",
		.started = "start_time",
		.finished = "finish_time time modified",
		.data_time = "finish_time time modified",
		.size = "compressed_size",
		.host = "hostname"},
	{.tool = "pbm",
		.phrases = {"\"pbmVersion\"", "\"snapshot"},
		.copies = "backups/snapshot snapshots snapshot",
		.location = "backups/path",
		.copy = "name",
		.started = "name",
		.finished = "completeTS restoreTo",
		.data_time = "restoreTo completeTS",
		.size = "size",
		.status = "status",
		.error = "error"},
	{.tool = "proxmox-backup",
		.phrases = {"\"backup-time\"", "\"backup-type\""},
		.copies = ".",
		.job = "backup-id",
		.started = "backup-time",
		.finished = "backup-time",
		.data_time = "backup-time",
		.size = "size",
		.status = "verification/state"},
	{.tool = "duplicati",
		.phrases = {"\"MainOperation\"", "\"ParsedResult\""},
		.copies = ".",
		.job = "Extra/backup-name BackupName",
		.started = "Data/BeginTime BeginTime",
		.finished = "Data/EndTime EndTime",
		.data_time = "Data/BeginTime BeginTime",
		.size = "Data/SizeOfExaminedFiles SizeOfExaminedFiles",
		.status = "Data/ParsedResult ParsedResult",
		.error = "Exception Data/Exception",
		.only = "Data/MainOperation MainOperation",
		.only_if = "Backup"},
	{.tool = "aws-backup",
		.phrases = {"\"BackupJobId\"", "\"BackupVaultName\""},
		.copies = "BackupJobs .",
		.job = "ResourceArn",
		.location = "BackupVaultName",
		.copy = "RecoveryPointArn BackupJobId",
		.started = "CreationDate",
		.finished = "CompletionDate",
		.data_time = "CreationDate",
		.size = "BackupSizeInBytes",
		.status = "State",
		.error = "StatusMessage"},
	{.tool = "aws-backup",
		.phrases = {"\"RecoveryPointArn\"", "\"BackupVaultName\""},
		.copies = "RecoveryPoints .",
		.job = "ResourceArn",
		.location = "BackupVaultName",
		.copy = "RecoveryPointArn",
		.started = "CreationDate",
		.finished = "CompletionDate",
		.data_time = "CreationDate",
		.expires = "CalculatedLifecycle/DeleteAt",
		.size = "BackupSizeInBytes",
		.status = "Status",
		.error = "StatusMessage"},
	{.tool = "rds",
		.phrases = {"\"DBSnapshotIdentifier\"", "\"SnapshotCreateTime\""},
		.copies = "DBSnapshots DBSnapshot .",
		.job = "DBInstanceIdentifier",
		.copy = "DBSnapshotIdentifier",
		.finished = "SnapshotCreateTime",
		.data_time = "SnapshotCreateTime",
		.status = "Status"},
	{.tool = "rds",
		.phrases = {"\"DBClusterSnapshotIdentifier\"", "\"SnapshotCreateTime\""},
		.copies = "DBClusterSnapshots DBClusterSnapshot .",
		.job = "DBClusterIdentifier",
		.copy = "DBClusterSnapshotIdentifier",
		.finished = "SnapshotCreateTime",
		.data_time = "SnapshotCreateTime",
		.status = "Status"},
	{.tool = "ebs",
		.phrases = {"\"SnapshotId\"", "\"VolumeId\""},
		.copies = "Snapshots .",
		.job = "VolumeId",
		.copy = "SnapshotId",
		.started = "StartTime",
		.finished = "CompletionTime StartTime",
		.data_time = "StartTime",
		.status = "State",
		.error = "StateMessage"},
	{.tool = "azure-backup",
		.phrases = {"\"backupManagementType\"", "\"entityFriendlyName\""},
		.copies = ".",
		.job = "properties/entityFriendlyName",
		.copy = "name",
		.started = "properties/startTime",
		.finished = "properties/endTime",
		.data_time = "properties/startTime",
		.status = "properties/status",
		.error = "properties/errorDetails/0/errorString",
		.only = "properties/operation",
		.only_if = "Backup"},
	{.tool = "azure-snapshot",
		.phrases = {"Microsoft.Compute/snapshots", "\"timeCreated\""},
		.copies = ".",
		.job = "creationData/sourceResourceId",
		.location = "location",
		.copy = "name",
		.finished = "timeCreated",
		.data_time = "timeCreated",
		.size = "diskSizeBytes",
		.status = "provisioningState"},
	{.tool = "cloud-sql",
		.phrases = {"\"sql#backupRun\"", "\"instance\""},
		.copies = "items .",
		.job = "instance",
		.location = "location",
		.copy = "id",
		.started = "startTime",
		.finished = "endTime",
		.data_time = "startTime",
		.status = "status",
		.error = "error/message error/code"},
	{.tool = "compute-snapshot",
		.phrases = {"\"compute#snapshot\"", "\"sourceDisk\""},
		.copies = "items .",
		.job = "sourceDisk",
		.location = "storageLocations/0",
		.copy = "name",
		.finished = "creationTimestamp",
		.data_time = "creationTimestamp",
		.size = "storageBytes",
		.status = "status"},
	{.tool = "digitalocean",
		.phrases = {"\"resource_type\"", "\"min_disk_size\""},
		.copies = "snapshots .",
		.job = "resource_id",
		.location = "regions/0",
		.copy = "name id",
		.finished = "created_at",
		.data_time = "created_at"},
	{.tool = "hetzner",
		.phrases = {"\"created_from\"", "\"bound_to\""},
		.copies = "images .",
		.job = "created_from/name",
		.copy = "description id",
		.finished = "created",
		.data_time = "created",
		.size = "image_size",
		.status = "status"},
	{.tool = "elasticsearch",
		.phrases = {"\"snapshot\"", "\"start_time_in_millis\""},
		.copies = "snapshots responses/0/snapshots .",
		.job = "metadata/policy",
		.location = "repository responses/0/repository",
		.copy = "snapshot",
		.started = "start_time",
		.finished = "end_time",
		.data_time = "start_time",
		.status = "state",
		.error = "failures/0/reason reason"},
	{.tool = "elasticsearch",
		.phrases = {"\"snapshot_name\"", "\"policy\""},
		.copies = "",
		.job = "",
		.location = "policy/repository",
		.copy = "snapshot_name",
		.started = "start_time",
		.finished = "time",
		.data_time = "start_time",
		.error = "details",
		.parts = {"last_success", "last_failure"}},
	{.tool = "pg_probackup",
		.phrases = {"\"backup-mode\"", "\"recovery-time\""},
		.copies = "backups",
		.job = "instance",
		.copy = "id",
		.started = "start-time",
		.finished = "end-time",
		.data_time = "recovery-time end-time",
		.size = "data-bytes",
		.status = "status"},
	{.tool = "vzdump",
		.phrases = {"\"upid\"", "\"starttime\""},
		.copies = "data .",
		.job = "id",
		.started = "starttime",
		.finished = "endtime",
		.data_time = "starttime",
		.host = "node",
		.status = "status",
		.error = "status",
		.only = "type",
		.only_if = "vzdump",
		.otherwise = "failed"},
	{.tool = "veeam",
		.phrases = {"\"sessionType\"", "\"creationTime\""},
		.copies = "data .",
		.job = "name",
		.started = "creationTime",
		.finished = "endTime",
		.data_time = "creationTime",
		.status = "result/result state",
		.error = "result/message",
		.only = "sessionType",
		.only_if = "BackupJob"},
	{.tool = "gke-backup",
		.phrases = {"/backupPlans/", "\"createTime\""},
		.copies = "backups .",
		.copy = "name",
		.started = "createTime",
		.finished = "completeTime",
		.data_time = "createTime",
		.expires = "retainExpireTime",
		.size = "sizeBytes",
		.status = "state",
		.error = "stateReason"},
};

/* What a status makes of a run, without regard to case; one that is not here says nothing of it. */
static const struct {
	const char *status, *run;
} verdicts[] = {
	{"", "listed"},
	{"false", "listed"},
	{"done", "listed"},
	{"waiting_for_wals", "listed"},
	{"completed", "listed"},
	{"complete", "listed"},
	{"succeeded", "listed"},
	{"success", "listed"},
	{"successful", "listed"},
	{"ready", "listed"},
	{"available", "listed"},
	{"ok", "listed"},
	{"true", "partial"},
	{"partial", "partial"},
	{"warning", "partial"},
	{"completedwithwarnings", "partial"},
	{"checkpoint", "partial"},
	{"failed", "failed"},
	{"error", "failed"},
	{"fatal", "failed"},
	{"incompatible", "failed"},
	{"corrupt", "failed"},
	{"orphan", "failed"},
	{"aborted", "failed"},
	{"expired", "failed"},
	{"cancelled", "failed"},
	{"canceled", "failed"},
	{"started", "started"},
	{"running", "started"},
	{"inprogress", "started"},
	{"in_progress", "started"},
	{"creating", "started"},
	{"pending", "started"},
	{"deleting", "deleted"},
};

static const struct json *at(const struct json *j, struct str path)
{
	struct str key;
	while (j && str_next(&path, '/', &key)) {
		const struct json *member = json_first(j);
		bool first = json_is_array(j) && str_eq(key, STR("0"));
		while (member && !first && !str_eq(json_key(member), key))
			member = json_next(member);
		j = member;
	}
	return j;
}

static const struct json *first_at(const struct json *j, const char *paths)
{
	struct str rest = str_of(paths ? paths : ""), path;
	while (str_next(&rest, ' ', &path)) {
		const struct json *found = str_eq(path, STR(".")) ? j : at(j, path);
		if (found && !json_is_null(found))
			return found;
	}
	return NULL;
}

static struct str text_at(struct arena *arena, const struct json *j, const char *paths)
{
	return json_text(arena, first_at(j, paths));
}

static const char *verdict_of(struct str status)
{
	for (size_t i = 0; i < LEN(verdicts); i++)
		if (str_eq_case(status, str_of(verdicts[i].status)))
			return verdicts[i].run;
	return NULL;
}

/* What holds for all copies of a document. */
struct shelf {
	const struct list *list;
	const struct json *document;
	struct str name; /* of the member */
	struct where from;
	struct sink *sink;
};

/* In the copy, else in what holds it. */
static struct str either(struct arena *arena, const struct shelf *shelf, const struct json *copy, const char *paths)
{
	struct str own = text_at(arena, copy, paths);
	return own.n ? own : text_at(arena, shelf->document, paths);
}

/* "https://www.googleapis.com/.../disks/NAME", "/subscriptions/.../disks/NAME": NAME; other names as they are. */
static struct str resource_name(struct str path)
{
	struct str rest = path, name = path;
	if (!str_starts(path, STR("https://")) && !str_starts(path, STR("/subscriptions/")))
		return path;
	while (str_next(&rest, '/', &name))
		;
	return name;
}

static void put_copy(struct arena *arena, const struct shelf *shelf, const struct json *j)
{
	ARENA_SCOPE(arena);
	const struct list *list = shelf->list;
	struct field fields[LINES_FIELDS];
	struct stamp stamps[] = {{.name = STR("started"), .when = text_at(arena, j, list->started)},
		{.name = STR("finished"), .when = text_at(arena, j, list->finished)},
		{.name = STR("data_time"), .when = text_at(arena, j, list->data_time)},
		{.name = STR("expires"), .when = text_at(arena, j, list->expires)}};
	struct str job = list->job && !list->job[0] ? shelf->name : resource_name(either(arena, shelf, j, list->job));
	struct str copy = text_at(arena, j, list->copy), status = text_at(arena, j, list->status);
	struct str error = text_at(arena, j, list->error);
	const char *run = verdict_of(status);
	run = run ? run : list->otherwise;
	run = list->parts[0] && error.n ? "failed" : run;
	if (!stamps[0].when.n && !stamps[1].when.n && !copy.n)
		run = NULL;
	size_t n = 0;
	fields_add(fields, &n, STR("tool"), str_of(list->tool));
	fields_add(fields, &n, STR("copy"), copy);
	fields_add(fields, &n, STR("job"), job);
	fields_add(fields, &n, STR("location"), either(arena, shelf, j, list->location));
	fields_add(fields, &n, STR("path"), text_at(arena, j, list->path));
	fields_add(fields, &n, STR("size"), text_at(arena, j, list->size));
	fields_add(fields, &n, STR("host"), text_at(arena, j, list->host));
	fields_add(fields, &n, STR("status"), status);
	fields_add(fields, &n, STR("error"), run && str_eq(str_of(run), STR("listed")) ? STR_NONE : error);
	fields_add(fields, &n, STR("run"), str_of(run));
	struct record record = {
		.from = shelf->from,
		.raw = json_print(arena, j),
		.when = stamps[1].when.n ? stamps[1].when : stamps[0].when,
		.text = str_fmt(arena, "%s copy %.*s%s%.*s", list->tool,
			STR_ARG(copy.n  ? copy
				: job.n ? job
					: STR("without a name")),
			status.n ? ", status " : "", STR_ARG(status)),
		.fields = fields,
		.fields_n = n,
		.stamps = stamps,
		.stamps_n = LEN(stamps),
	};
	sink_put(shelf->sink, &record);
}

/* Another operation's: kept, and what it is about can be read in it. */
static void put_other(struct arena *arena, const struct shelf *shelf, const struct json *j)
{
	struct field field = {STR("tool"), str_of(shelf->list->tool)};
	struct record record = {.from = shelf->from,
		.raw = json_print(arena, j),
		.when = text_at(arena, j, shelf->list->finished),
		.text = str_fmt(arena, "%s: %.*s", shelf->list->tool, STR_ARG(text_at(arena, j, shelf->list->only))),
		.fields = &field,
		.fields_n = 1};
	sink_put(shelf->sink, &record);
}

static void put_one(struct arena *arena, const struct shelf *shelf, const struct json *j)
{
	const struct list *list = shelf->list;
	if (list->only && !str_eq(text_at(arena, j, list->only), str_of(list->only_if))) {
		put_other(arena, shelf, j);
		return;
	}
	if (!list->parts[0]) {
		put_copy(arena, shelf, j);
		return;
	}
	struct shelf inner = *shelf;
	inner.document = j;
	for (size_t i = 0; i < LEN(list->parts); i++)
		if (json_is_object(json_get(j, list->parts[i])))
			put_copy(arena, &inner, json_get(j, list->parts[i]));
}

static void put_copies(struct arena *arena, const struct shelf *shelf, const struct json *copies)
{
	if (!json_is_array(copies)) {
		put_one(arena, shelf, copies);
		return;
	}
	for (const struct json *one = json_first(copies); one; one = json_next(one))
		put_one(arena, shelf, one);
}

static void put_document(struct doc *doc, const struct list *list, const struct slice *slice, struct sink *sink)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {0};
	struct json *j = slice->broken ? NULL : json_parse(doc->scratch, slice->text, &e);
	if (!j) {
		sink_note(sink, slice->from, slice->text, "%s", e.text[0] ? e.text : slice_fault(slice));
		return;
	}
	struct shelf shelf = {.list = list, .document = j, .from = slice->from, .sink = sink};
	if (list->copies[0]) {
		const struct json *copies = first_at(j, list->copies);
		if (copies && json_size(copies))
			put_copies(doc->scratch, &shelf, copies);
		else
			sink_skip(sink, slice->from);
		return;
	}
	for (const struct json *member = json_first(j); member; member = json_next(member)) {
		shelf.name = json_key(member);
		put_copies(doc->scratch, &shelf, member);
	}
}

static const struct list *list_of(struct doc *doc)
{
	for (size_t i = 0; doc_looks_json(doc) && i < LEN(lists); i++)
		if (doc_contains(doc, lists[i].phrases[0]) && doc_contains(doc, lists[i].phrases[1]))
			return &lists[i];
	return NULL;
}

static int list_bid(struct doc *doc)
{
	return list_of(doc) ? 80 : BID_NONE;
}

static bool list_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct list *list = list_of(doc);
	if (!list)
		return err_set(e, "no list of copies of a tool that is known");
	struct slice slice;
	while (doc_json(doc, NULL, &slice)) {
		if (str_trim(slice.text).n == 0)
			sink_skip(sink, slice.from);
		else
			put_document(doc, list, &slice, sink);
	}
	return true;
}

const struct format format_backup_list = {
	.name = "backup-list",
	.blurb =
		"copies and jobs as JSON: borg, pgbackrest, barman, kopia, wal-g, pbm, pg_probackup, Proxmox, Duplicati, Veeam, Elasticsearch, AWS, Azure, Google Cloud, DigitalOcean, Hetzner",
	.bid = list_bid,
	.tells_runs = true,
	.parse = list_parse,
};
