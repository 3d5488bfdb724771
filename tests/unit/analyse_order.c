/* Events in any order give the same analysis. */
#include "story.h"

static uint64_t seed = 1181783497276652981u;

static size_t pick(size_t n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (size_t)(seed >> 16) % n;
}

/* A month of everything, with many events at the same instant. */
static struct str some_story(struct arena *a)
{
	static const char *const shapes[] = {
		"storage.volume.degraded volume:v-%zu volume=v-%zu",
		"storage.volume.faulted volume:v-%zu volume=v-%zu",
		"storage.volume.healthy volume:v-%zu volume=v-%zu",
		"storage.attach.failed pod:a/p-%zu volume=v-%zu",
		"upgrade.node.cordoned node:n-%zu node=n-%zu",
		"upgrade.node.notready node:n-%zu node=n-%zu",
		"upgrade.node.ready node:n-%zu node=n-%zu",
		"upgrade.node.registered node:n-%zu node=n-%zu",
		"backup.job.completed backup:restic/j-%zu job=j-%zu tool=restic location=nas",
		"backup.job.failed backup:restic/j-%zu job=j-%zu tool=restic",
		"backup.target.unreachable location:nas-%zu location=nas-%zu",
		"backup.target.reachable location:nas-%zu location=nas-%zu",
		"service.health.down service:s-%zu service=s-%zu",
		"service.health.up service:s-%zu service=s-%zu",
		"notice.maintenance.announced - reference=M-%zu window_from=2024-06-1%zuT10:00:00Z window_to=2024-06-20T10:00:00Z",
		"notice.maintenance.cancelled - reference=M-%zu sequence=%zu",
		"response.person.observed - service=s-%zu x=%zu",
		"change.work.began change:c-%zu c=%zu",
		"change.work.ended change:c-%zu c=%zu",
	};
	struct buf b = BUF(a);
	for (int i = 0; i < 1500; i++) {
		size_t who = pick(4);
		buf_fmt(&b, "%zu> 06-%02zu %02zu:%02zu ", pick(6), 1 + pick(28), pick(24), pick(2) * 30);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		buf_fmt(&b, shapes[pick(LEN(shapes))], who, who);
#pragma GCC diagnostic pop
		buf_fmt(&b, " | line %d\n", i);
	}
	return buf_str(&b);
}

static void print_event(struct buf *b, const struct event *e)
{
	buf_fmt(b, " %.*s", STR_ARG(e ? e->text : STR("-")));
}

static void print_copies(struct buf *b, const struct analysis *a)
{
	for (size_t i = 0; i < a->recovery_n; i++) {
		const struct recovery *r = &a->recovery[i];
		buf_fmt(b, "%.*s %zu\n", STR_ARG(r->asset), r->copies_n);
		for (size_t k = 0; k < r->copies_n; k++) {
			buf_fmt(b, "%.*s %.*s %d", STR_ARG(r->copies[k].id), STR_ARG(r->copies[k].location),
				(int)r->copies[k].grade);
			for (size_t m = 0; m < r->copies[k].events.n; m++)
				print_event(b, r->copies[k].events.v[m]);
			buf_byte(b, '\n');
		}
	}
	for (size_t i = 0; i < a->places_n; i++)
		for (size_t k = 0; k < a->places[i].n; k++) {
			buf_fmt(b, "%.*s %.*s ", STR_ARG(a->places[i].name), STR_ARG(a->places[i].v[k].state));
			print_stretch(b, a->places[i].v[k].from, a->places[i].v[k].to);
			buf_byte(b, '\n');
		}
}

static void print_known(struct buf *b, const struct analysis *a)
{
	for (size_t i = 0; i < a->chain_n; i++)
		buf_fmt(b, "%.*s\n", STR_ARG(a->chain[i].span->id));
	for (size_t i = 0; i < a->knowable_n; i++) {
		buf_fmt(b, "%.*s", STR_ARG(a->knowable[i].span->id));
		print_event(b, a->knowable[i].answer);
		buf_byte(b, '\n');
	}
	for (size_t i = 0; i < a->notices_n; i++) {
		print_event(b, a->notices[i].answer);
		print_event(b, a->notices[i].preparation);
		print_event(b, a->notices[i].began);
		buf_byte(b, '\n');
	}
	for (size_t i = 0; i < a->bonds_n; i++) {
		buf_fmt(b, "%.*s %.*s", STR_ARG(a->bonds[i].a), STR_ARG(a->bonds[i].b));
		print_event(b, a->bonds[i].event);
		buf_byte(b, '\n');
	}
}

static struct str print_all(struct story *s)
{
	struct buf b = BUF(s->arena);
	const struct analysis *a = &s->analysis;
	buf_add(&b, print_spans(s));
	buf_add(&b, print_overlaps(s));
	for (size_t i = 0; i < a->spans_n; i++)
		buf_fmt(&b, "%.*s %.*s %.*s\n", STR_ARG(a->spans[i].id), STR_ARG(a->spans[i].why_from),
			STR_ARG(a->spans[i].why_to));
	for (size_t i = 0; i < a->notices_n; i++)
		buf_fmt(&b, "%.*s %.*s %d %lld\n", STR_ARG(a->notices[i].id), STR_ARG(a->notices[i].status),
			a->notices[i].answered, (long long)a->notices[i].lead);
	for (size_t i = 0; i < a->findings_n; i++)
		buf_fmt(&b, "%.*s\n", STR_ARG(a->findings[i].text));
	for (size_t i = 0; i < MILESTONES; i++) {
		buf_fmt(&b, "%s ", a->milestones[i].name);
		print_time(&b, a->milestones[i].at);
		buf_byte(&b, '\n');
	}
	for (size_t i = 0; i < METRICS; i++)
		buf_fmt(&b, "%s %lld %.*s\n", a->metrics[i].name, (long long)a->metrics[i].length,
			STR_ARG(a->metrics[i].why));
	print_copies(&b, a);
	print_known(&b, a);
	for (size_t i = 0; i < a->what_ifs_n; i++)
		buf_fmt(&b, "%.*s\n", STR_ARG(a->what_ifs[i].text));
	return buf_str(&b);
}

static void shuffle(struct events *events)
{
	for (size_t i = events->n; i > 1; i--) {
		size_t k = pick(i);
		struct event e = events->v[k];
		events->v[k] = events->v[i - 1];
		events->v[i - 1] = e;
	}
}

static void any_order_gives_the_same(void **state)
{
	(void)state;
	AUTO(arena_close) struct arena *a = arena_open();
	for (int round = 0; round < 20; round++) {
		struct story s = story_tell(str_cstr(a, some_story(a)), "06-10 00:00", "06-20 00:00");
		story_analyse(&s);
		struct str first = print_all(&s);
		assert_true(s.analysis.spans_n > 100 && s.analysis.overlaps_n > 10);
		for (int again = 0; again < 3; again++) {
			shuffle(&s.events);
			story_analyse(&s);
			assert_true(str_eq(print_all(&s), first));
		}
		arena_close(s.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
