/* What-if: how much less would have been lost, labelled as what did not happen. */
#include "analyse/study.h"

struct what_ifs {
	VEC(struct what_if) list;
};

static void what_if_reachable(struct study *s, const struct recovery *r, struct what_ifs *all)
{
	const struct copy *used = r->restored ? r->restored : r->reachable;
	if (!r->existing || r->loss == INSTANT_NONE || (used && used->data_time >= r->existing->data_time))
		return;
	int64_t length = r->loss - r->existing->data_time;
	struct str instead = r->loss_known && r->restored ? str_fmt(s->arena, " instead of %.*s",
								    STR_ARG(duration_str(s->arena, r->loss_length)))
							  : STR_NONE;
	*PUSH(&all->list, s->arena) = (struct what_if){
		.text = str_fmt(s->arena,
			"What if: had the newest existing copy of %.*s (%.*s) been reachable, the loss would have been %.*s%.*s",
			STR_ARG(r->asset), STR_ARG(r->existing->id), STR_ARG(duration_str(s->arena, length)),
			STR_ARG(instead)),
		.length = length,
		.events = r->existing->events};
}

/* The end of the first working hour after an instant: the shortest stretch that holds an hour of work. */
static instant first_working_hour(const struct working_time *week, instant after)
{
	for (int64_t step = 1; step <= 31 * 24 * 4; step++) {
		instant at = after + step * (15 * MINUTE);
		int64_t worked = working_time_between(week, after, at);
		if (worked >= HOUR)
			return at - (worked - HOUR);
	}
	return INSTANT_NONE;
}

static void what_if_backup(struct study *s, const struct recovery *r, struct what_ifs *all)
{
	instant received = analysis_milestone(s->out, "notice_received")->at;
	if (received == INSTANT_NONE || r->loss == INSTANT_NONE)
		return;
	instant taken = first_working_hour(&s->settings.week, received);
	instant change = analysis_milestone(s->out, "change_start")->at;
	bool in_time = taken != INSTANT_NONE && taken <= r->loss && (change == INSTANT_NONE || taken <= change);
	const struct event *mail = analysis_milestone(s->out, "notice_received")->event;
	const struct copy *best = r->restored ? r->restored : r->reachable;
	if (in_time && best && best->data_time >= taken) /* there was a better one */
		return;
	struct what_if *w = PUSH(&all->list, s->arena);
	w->events = proofs_of(s->arena, &mail, 1);
	if (!in_time) {
		w->text = str_fmt(s->arena,
			"What if: no working hour lay between the notice and the %s, so a backup of %.*s in the "
			"first one would have come too late",
			change != INSTANT_NONE && change < r->loss ? "change" : "loss", STR_ARG(r->asset));
		return;
	}
	w->length = r->loss - taken;
	w->text = str_fmt(s->arena,
		"What if: had a backup of %.*s been taken in the first working hour after the notice (by %.*s), "
		"the loss would have been %.*s at most",
		STR_ARG(r->asset), STR_ARG(instant_str(s->arena, taken)), STR_ARG(duration_str(s->arena, w->length)));
}

void what_ifs_read(struct study *s)
{
	struct what_ifs all = {{0}};
	for (size_t i = 0; s->incident && i < s->out->recovery_n; i++) {
		what_if_reachable(s, &s->out->recovery[i], &all);
		what_if_backup(s, &s->out->recovery[i], &all);
	}
	s->out->what_ifs = all.list.v;
	s->out->what_ifs_n = all.list.n;
}
