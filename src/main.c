/*
 * lineup: an incident timeline and postmortem generator. The map of the house, in the order data walks through it:
 *
 * - main(): reads the surroundings (clock, zone, terminal) and runs a row of cmd/table.c
 *     - cmd/        one file per command; the only room that speaks to the user
 *
 * - evidence in
 *     - read/       bytes to documents: files, folders, archives, mailboxes, Markdown; the sandboxed worker that parses
 *     - formats/    documents to records: one file per format, or a pattern in schema/formats/; bidding decides
 *     - normalise/  records to events: the clock, the rules of schema/rules/, subjects, identity
 *     - store/      the timeline on disk (SQLite): evidence, events, and what people said; the only room with SQL
 *
 * - meaning out
 *     - analyse/    events to spans, overlaps, the line-up, notices, recovery points, milestones, metrics
 *     - render/     what was found to JSON, Markdown, HTML, SVG, Mermaid, the terminal, CSV, ICS; templates
 *
 * - words for all rooms
 *     - base/       arenas, strings, errors, instants, zones, UTF-8, JSON, patterns, digests
 *     - lineup.h    the nouns: record, event, source, note
 *     - embed.h     schema/ and templates/, inside the program
 *
 * A room includes base/, lineup.h and the rooms above it in this list; cmd/ may include all.
 */
#include "cmd/cmd.h"
#include "normalise/clock.h"
#include "normalise/rules.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* $LINEUP_NOW pins the clock, for tests and for reports that must come out the same. */
static bool look_at_clock(struct cmd *c)
{
	const char *pinned = getenv("LINEUP_NOW");
	enum precision precision;
	if (pinned && *pinned && !instant_parse_rfc3339(str_of(pinned), &c->now, &precision))
		return err_set(&c->err, "LINEUP_NOW: '%s' is no RFC 3339 time", pinned);
	c->now_is_pinned = pinned && *pinned;
	c->now = cmd_clock(c);
	return true;
}

/* $TZ, else what /etc/localtime is a link to; what is said in another way is not needed enough to be read. */
static const struct zone *machine_zone(void)
{
	static const char folder[] = "/zoneinfo/";
	struct err ignored = {0};
	const char *tz = getenv("TZ");
	char link[PATH_MAX] = "";
	if (!tz && readlink("/etc/localtime", link, sizeof link - 1) > 0)
		tz = strstr(link, folder) ? strstr(link, folder) + sizeof folder - 1 : NULL;
	const struct zone *zone = tz && *tz ? zone_open(str_of(*tz == ':' ? tz + 1 : tz), &ignored) : NULL;
	return zone && (zone_offset(zone, 0) || strcmp(zone_abbreviation(zone, 0), "UTC") != 0) ? zone : zone_utc();
}

/* Which zone times are shown and read in, unless --tz says so. */
static bool look_at_zones(struct cmd *c)
{
	const char *given = getenv("LINEUP_TZ");
	ERR_IN(&c->err, STR("LINEUP_TZ"));
	c->local = machine_zone();
	c->zone = given && *given ? zone_open(str_of(given), &c->err) : zone_utc();
	return c->zone;
}

static struct str login_name(struct arena *a)
{
	const char *given = getenv("LINEUP_AUTHOR");
	if (given && *given)
		return str_of(given);
	const struct passwd *me = getpwuid(getuid());
	return me ? str_dup(a, str_of(me->pw_name)) : str_fmt(a, "uid-%u", (unsigned)getuid());
}

static void look_around(struct cmd *c)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS"), *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	c->out_is_tty = isatty(STDOUT_FILENO);
	c->err_is_tty = isatty(STDERR_FILENO);
	c->width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
	if (columns && atoi(columns) >= 20)
		c->width = atoi(columns);
	c->colour = c->out_is_tty && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
	setlocale(LC_CTYPE, "");
	c->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	setlocale(LC_CTYPE, "C");
}

/* A full disk or a closed pipe under the results must not look like success; a reader who has seen enough needs no
 * word. */
static int output_lost(void)
{
	struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};
	if (poll(&reader, 1, 0) != 1 || !(reader.revents & POLLERR))
		fprintf(stderr,
			"lineup: the results could not be written out: the disk is full or the output is closed; what was asked for is done\n");
	return EXIT_COULD_NOT;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	struct cmd c = {.arena = arena_open(), .out = stdout, .progress = stderr};
	c.db = getenv("LINEUP_DB") && *getenv("LINEUP_DB") ? getenv("LINEUP_DB") : "lineup.db";
	c.author = login_name(c.arena);
	look_around(&c);
	bool ready = look_at_clock(&c) && look_at_zones(&c) && kinds_init(&c.err);
	int status = ready ? command_main(&c, argc, argv) : cmd_fail(&c);
	store_close(c.store);
	if ((fflush(c.out) != 0 || ferror(c.out)) && (status == EXIT_DONE || status == EXIT_FINDINGS))
		status = output_lost();
	arena_close(c.arena);
	return status;
}
