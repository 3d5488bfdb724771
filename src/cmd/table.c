/* All commands, in the order `lineup help` shows them. A new one is a file, an extern and a row. */
#include "cmd/cmd.h"

extern const struct command ingest_command, log_command, rebuild_command, backup_command, timeline_command,
	search_command, show_command, spans_command, overlap_command, notices_command, backups_command, sources_command,
	notes_command, sql_command, incident_command, mark_command, decide_command, action_command, asset_command,
	location_command, week_command, report_command, verify_command, formats_command, kinds_command, help_command,
	version_command, import_command, completion_command, doctor_command, forget_command, seal_command,
	review_command, shell_command, watch_command, export_command;

const struct command *const commands[] = {
	&ingest_command,
	&import_command,
	&log_command,
	&shell_command,
	&forget_command,
	&rebuild_command,
	&backup_command,
	&timeline_command,
	&search_command,
	&show_command,
	&spans_command,
	&overlap_command,
	&notices_command,
	&backups_command,
	&watch_command,
	&sources_command,
	&notes_command,
	&sql_command,
	&incident_command,
	&mark_command,
	&decide_command,
	&action_command,
	&asset_command,
	&location_command,
	&week_command,
	&report_command,
	&review_command,
	&export_command,
	&verify_command,
	&seal_command,
	&formats_command,
	&kinds_command,
	&doctor_command,
	&help_command,
	&completion_command,
	&version_command,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}
