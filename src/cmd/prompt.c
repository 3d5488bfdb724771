/* What an operator sees before the cursor. */
#include "cmd/prompt.h"

#include <stdio.h>
#include <time.h>

/* Working out may take a twentieth of the time: on a large timeline the lanes lag a little, and nobody waits. */
enum { SHARE = 20, NARROW = 80, SHORT_NAME = 3 };

void prompt_open(struct prompt *p, struct cmd *c, FILE *nowhere)
{
	*p = (struct prompt){
		.c = c, .from = INSTANT_NONE, .worked_out = INSTANT_NONE, .arena = arena_open(), .nowhere = nowhere};
	prompt_write(p);
}

void prompt_close(struct prompt *p)
{
	arena_close(p->arena);
}

bool prompt_sees_change(struct prompt *p)
{
	struct stat now = {0};
	stat(p->c->db, &now);
	bool other = now.st_mtim.tv_sec != p->seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != p->seen.st_mtim.tv_nsec ||
		     now.st_size != p->seen.st_size || now.st_ino != p->seen.st_ino;
	p->seen = now;
	return other;
}

static instant monotonic(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static unsigned lanes_in_trouble(const struct analysis *a, instant now)
{
	unsigned lanes = 0;
	for (size_t i = 0; i < a->spans_n; i++) {
		const struct span *s = &a->spans[i];
		bool counts = s->lane != LANE_RESPONSE && s->lane != LANE_OTHER;
		if (counts && s->from <= now && (s->to == INSTANT_NONE || s->to > now))
			lanes |= 1u << s->lane;
	}
	return lanes;
}

void prompt_work_out(struct prompt *p)
{
	instant began = monotonic();
	if (p->worked_out != INSTANT_NONE && began - p->worked_out < p->cost * SHARE)
		return;
	struct cmd once = *p->c;
	struct case_file f = {0};
	once.arena = arena_open();
	once.store = NULL;
	once.now = cmd_clock(p->c);
	once.given_n = 0;
	once.progress = p->nowhere;
	arena_reset(p->arena);
	p->incident = STR_NONE;
	p->from = INSTANT_NONE;
	p->lanes = 0;
	const char *word = cmd_option(p->c, "incident");
	if (cmd_analyse(&once, &f, word, false)) {
		const struct incident *i = f.incident;
		p->incident = i ? str_dup(p->arena, i->id) : STR_NONE;
		p->from = i && i->to == INSTANT_NONE ? i->from : INSTANT_NONE;
		p->lanes = lanes_in_trouble(&f.analysis, once.now);
	}
	store_close(once.store);
	arena_close(once.arena);
	p->worked_out = monotonic();
	p->cost = p->worked_out - began;
}

bool prompt_write(struct prompt *p)
{
	ARENA_SCOPE(p->c->arena);
	struct buf b = BUF(p->c->arena);
	instant now = cmd_clock(p->c);
	const char *between = " ";
	buf_add(&b, p->incident);
	if (p->from != INSTANT_NONE &&
		now > p->from) /* a clock that stands still within a minute does not redraw the line */
		buf_fmt(&b, " %.*s", STR_ARG(duration_str(p->c->arena, (now - p->from) / MINUTE * MINUTE)));
	for (int lane = 0; lane < LANES; lane++) {
		if (!(p->lanes >> lane & 1))
			continue;
		buf_fmt(&b, "%s%.*s", b.n ? between : "", p->c->width < NARROW ? SHORT_NAME : 20, lane_names[lane]);
		between = "+";
	}
	buf_cstr(&b, "> ");
	struct str text = buf_str(&b);
	bool other = !str_eq(text, str_of(p->text));
	snprintf(p->text, sizeof p->text, "%.*s", STR_ARG(text));
	return other;
}
