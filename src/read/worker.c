/* The parent's side: gives sources to the sandboxed worker, checks what it says, and goes on behind what
 * kills it. */
#include "read/keeper.h"
#include "read/reader.h"
#include "read/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	READ_PIECE = 256 << 10,
	WATCH_MS = 250, /* how often a silent worker is looked at */
	LAST_WORDS = 300
};

struct worker {
	struct arena *arena;
	struct keeper keeper;
	struct line line;
	struct ingest_options options;
	struct str report;
	char *bytes; /* received, not yet taken: bytes[from..to) */
	size_t from, to, cap;
	uint64_t received;
};

enum hang { HANG_NONE, HANG_BUSY, HANG_STILL };

/* How one call on the worker stands since its last sign of life. */
struct watch {
	uint64_t beats;
	int64_t cpu_ms;   /* the worker's CPU time then */
	int64_t still_ms; /* waited for it since */
	enum hang hung;
};

static int64_t monotonic_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* CPU seconds that the worker may use up without a sign of life. */
static int cpu_seconds(const struct worker *w)
{
	return w->options.part_seconds ? w->options.part_seconds : READ_PART_SECONDS;
}

static void watch_begin(struct watch *t, const struct worker *w)
{
	*t = (struct watch){
		.beats = __atomic_load_n(&w->keeper.channel->beats, __ATOMIC_RELAXED), .cpu_ms = line_cpu_ms(&w->line)};
}

/*
 * Asked when WATCH_MS went by in silence. CPU time counts, so that a busy machine, a stopped job or a suspended
 * laptop makes no sound worker a dead one; a worker that uses none, as on a dead network disk, is given long.
 */
static bool watch_hangs(struct watch *t, const struct worker *w, bool busy)
{
	if (!busy || __atomic_load_n(&w->keeper.channel->beats, __ATOMIC_RELAXED) != t->beats) {
		watch_begin(t, w);
		return false;
	}
	t->still_ms += WATCH_MS;
	if (line_cpu_ms(&w->line) - t->cpu_ms > cpu_seconds(w) * 1000)
		t->hung = HANG_BUSY;
	else if (t->still_ms > READ_STILL_SECONDS * 1000)
		t->hung = HANG_STILL;
	return t->hung;
}

/* --- starting and stopping --- */

/* What is received behind the frames taken so far. False: the line is dead. */
static bool receive(struct worker *w)
{
	if (w->from > 0) {
		memmove(w->bytes, w->bytes + w->from, w->to - w->from);
		w->to -= w->from;
		w->from = 0;
	}
	if (w->cap - w->to < READ_PIECE) {
		size_t cap = w->cap ? 2 * w->cap : (size_t)2 * READ_PIECE;
		char *p = realloc(w->bytes, cap);
		if (!p)
			bug("out of memory for %zu bytes from a worker", cap);
		w->bytes = p;
		w->cap = cap;
	}
	ssize_t got;
	do
		got = read(w->line.frames, w->bytes + w->to, w->cap - w->to);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	w->to += (size_t)got;
	w->received += (uint64_t)got;
	return true;
}

/* How a dead worker ended, in words. */
static struct str obituary(
	const struct worker *w, struct arena *arena, int status, enum hang hung, bool lied, struct str last_words)
{
	if (hung == HANG_BUSY)
		return str_fmt(
			arena, "the reader hung (%d s of CPU time without a step) and was stopped", cpu_seconds(w));
	if (hung == HANG_STILL)
		return str_fmt(arena, "the reader stood still for %d s and was stopped", READ_STILL_SECONDS);
	if (lied)
		return STR("the reader said what no reader says and was stopped");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return STR("the reader tried a system call that it may not make and was stopped");
	if (WIFSIGNALED(status))
		return str_fmt(arena, "the reader crashed (SIG%s)%s%.*s",
			sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?", last_words.n ? ": " : "",
			STR_ARG(last_words));
	return str_fmt(arena, "the reader ended (status %d)%s%.*s", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		last_words.n ? ": " : "", STR_ARG(last_words));
}

static struct str last_words(struct worker *w, struct arena *arena)
{
	char *room = arena_alloc(arena, LAST_WORDS);
	ssize_t n = read(w->line.errors, room, LAST_WORDS);
	struct str words = str_n(room, n > 0 ? (size_t)n : 0), line;
	struct str rest = words, last = STR_NONE;
	while (str_next(&rest, '\n', &line))
		if (str_starts(line, STR("lineup: ")))
			last = str_from(line, 8);
	return last;
}

/* By force: it may be in the middle of something. What it said before lies in the line until this is called.
 */
static struct str bury(struct worker *w, struct arena *arena, enum hang hung, bool lied)
{
	int status = keeper_reap(&w->keeper, &w->line, true);
	struct str words = last_words(w, arena);
	line_close(&w->line);
	w->from = w->to = 0;
	w->received = 0;
	return obituary(w, arena, status, hung, lied, words);
}

/* The first frame of a worker says how well it could shut itself in. */
static bool hear_report(struct worker *w, struct watch *t, bool *lied)
{
	for (;;) {
		struct str bytes = str_n(w->bytes + w->from, w->to - w->from);
		struct frame f;
		int taken = w->to ? frame_take(&bytes, &f) : 0;
		*lied = taken < 0;
		if (taken > 0 && !w->report.p)
			w->report = str_dup(w->arena, frame_get_str(&f));
		if (taken > 0)
			w->from = w->to - bytes.n;
		if (taken)
			return taken > 0;
		struct pollfd p = {.fd = w->line.frames, .events = POLLIN};
		int ready = poll(&p, 1, WATCH_MS);
		if ((ready > 0 && !receive(w)) || (ready == 0 && watch_hangs(t, w, true)))
			return false;
	}
}

static bool spawn(struct worker *w, struct err *e)
{
	struct watch t;
	bool lied;
	if (w->line.requests >= 0)
		return true;
	if (!keeper_spawn(&w->keeper, &w->line, e))
		return false;
	w->from = w->to = 0;
	w->received = 0;
	watch_begin(&t, w);
	if (hear_report(w, &t, &lied))
		return true;
	struct str why = bury(w, w->arena, t.hung, lied);
	return err_set(e, "no worker can be started: %.*s", STR_ARG(why));
}

/* What the user added may be faulty, and is looked at before anything is begun. */
static bool own_ways_are_sound(struct worker *w, struct err *e)
{
	const struct ingest_options *o = &w->options;
	bool known, own = (o->format_dirs && *o->format_dirs) || (o->rule_dirs && *o->rule_dirs);
	if (!own && !o->as.n)
		return true;
	if (!worker_knows(w, o->as, &known, e))
		return false;
	return !o->as.n || known || err_set(e, "no format '%.*s'; 'lineup formats' lists them", STR_ARG(o->as));
}

struct worker *worker_start(const struct ingest_options *options, struct err *e)
{
	struct arena *arena = arena_open();
	struct worker *w = NEW(arena, struct worker);
	w->arena = arena;
	w->options = *options;
	w->line = LINE_NONE;
	if (kinds_init(e) && keeper_start(&w->keeper, &w->options, e) && own_ways_are_sound(w, e))
		return w;
	worker_stop(w);
	return NULL;
}

void worker_ready(struct worker *w)
{
	keeper_ready(&w->keeper);
}

bool worker_knows(struct worker *w, struct str format, bool *known, struct err *e)
{
	return keeper_knows(&w->keeper, format, known, e);
}

void worker_stop(struct worker *w)
{
	if (!w)
		return;
	keeper_reap(&w->keeper, &w->line, !w->options.no_sandbox);
	line_close(&w->line);
	keeper_stop(&w->keeper);
	free(w->bytes);
	arena_close(w->arena);
}

void worker_set(struct worker *w, const struct ingest_options *options)
{
	const char *const *format_dirs = w->options.format_dirs, *const *rule_dirs = w->options.rule_dirs;
	bool no_sandbox = w->options.no_sandbox;
	w->options = *options;
	w->options.format_dirs = format_dirs;
	w->options.rule_dirs = rule_dirs;
	w->options.no_sandbox = no_sandbox;
}

bool worker_sandbox_report(struct worker *w, struct str *report, struct err *e)
{
	bool done = spawn(w, e);
	*report = done ? w->report : STR_NONE;
	return done;
}

/* --- one request --- */

static bool request(struct worker *w, const struct request *q, int fd, struct err *e)
{
	ARENA_SCOPE(w->arena);
	struct str bytes = request_pack(w->arena, q);
	if (bytes.n > REQUEST_MAX)
		return err_set(e, "its name is too long");
	return spawn(w, e) && (send_with_fd(w->line.requests, bytes, &fd, 1) || err_sys(e, "cannot ask the worker"));
}

/* Gives the session the whole frames that are here. False: the session failed, or the worker lied
 * (session->lied). */
static bool take_frames(struct worker *w, struct session *s, struct err *e)
{
	struct str bytes = str_n(w->bytes + w->from, w->to - w->from);
	bool good = true;
	while (good && !s->done && !s->lied) {
		struct frame f;
		int taken = frame_take(&bytes, &f);
		if (taken == 0)
			break;
		if (taken < 0)
			s->lied = true;
		else
			good = session_take(s, &f, e);
	}
	w->from = w->to - bytes.n;
	return good && !s->lied;
}

/* What a dead worker had put but not sent belongs to what was received. */
static bool take_rest(struct worker *w, struct session *s, struct err *e)
{
	if (s->lied)
		return true;
	while (receive(w))
		;
	struct str rest = channel_rescue(w->keeper.channel, w->received, s->arena);
	size_t held = w->to - w->from;
	char *all = arena_alloc(s->arena, held + rest.n + 1);
	memcpy(all, w->bytes + w->from, held);
	if (rest.n)
		memcpy(all + held, rest.p, rest.n);
	struct str bytes = str_n(all, held + rest.n);
	struct frame f;
	bool good = true;
	while (good && !s->done && !s->lied && frame_take(&bytes, &f) > 0)
		good = session_take(s, &f, e);
	return good;
}

/* Listens until the request is done (s->done), the worker dies (true, not done) or something fails here
 * (false). */
static bool listen(struct worker *w, struct session *s, struct watch *t, struct err *e)
{
	for (;;) {
		struct pollfd p = {.fd = w->line.frames, .events = POLLIN};
		int ready = poll(&p, 1, WATCH_MS);
		if (ready > 0 && !receive(w))
			return true;
		if (ready == 0 && watch_hangs(t, w, true))
			return true;
		if (ready == 0 && s->receiver->pause && !s->receiver->pause(s->receiver, e))
			return false;
		if (!take_frames(w, s, e))
			return s->lied;
		if (s->done)
			return true;
		if (ready > 0)
			watch_begin(t, w);
	}
}

static struct request request_of(const struct worker *w, struct str name, instant mtime, struct str flags)
{
	const struct ingest_options *o = &w->options;
	return (struct request){.what = REQUEST_READ,
		.mtime = mtime,
		.now = o->now,
		.captured_at = o->captured_at,
		.year = o->year,
		.skew = o->skew,
		.name = name,
		.flags = flags,
		.as = o->as,
		.zone = o->zone_name.n || !o->zone ? o->zone_name : str_of(zone_name(o->zone))};
}

/* After a death: what was said is taken, what was lost is said. */
static bool mourn(struct worker *w, struct session *s, const struct watch *t, struct err *e)
{
	int status = keeper_reap(&w->keeper, &w->line, true);
	bool lied = s->lied, good = take_rest(w, s, e);
	struct str why = obituary(w, s->arena, status, t->hung, lied || s->lied, last_words(w, s->arena));
	line_close(&w->line);
	s->lied = false;
	return good && (s->done || session_lost_part(s, why, t->hung, e));
}

static bool read_file(struct worker *w, struct session *s, int fd, struct request *q, struct err *e)
{
	while (!s->done && !s->given_up) {
		struct err why = {0};
		struct watch t;
		q->skip = s->skip;
		if (!request(w, q, fd, &why))
			return session_unread(s, str_of(why.text), e);
		watch_begin(&t, w);
		if (!listen(w, s, &t, e))
			return false;
		if (!s->done && !mourn(w, s, &t, e))
			return false;
	}
	return true;
}

/* --- streams --- */

static bool stream_request(struct worker *w, struct session *s, struct stream *in, struct request *q, struct err *e)
{
	int theirs = stream_connect(in, e);
	if (theirs < 0)
		return false;
	q->stream = true;
	q->base_offset = in->sent;
	q->base_line = in->sent_lines;
	s->waiting_for = -1;
	bool sent = request(w, q, theirs, e);
	close(theirs);
	return sent;
}

/* One round: bytes in from the stream, on to the worker, frames back. True with *dead when the worker is
 * gone. */
static bool stream_round(
	struct worker *w, struct session *s, struct stream *in, struct watch *t, bool *dead, struct err *e)
{
	struct pollfd p[] = {{w->line.frames, POLLIN, 0}, {stream_wants(in) ? in->from : -1, POLLIN, 0},
		{in->pending.n ? in->to : -1, POLLOUT, 0}};
	int ready = poll(p, LEN(p), WATCH_MS);
	bool busy = s->waiting_for < in->sent - in->connected_at || (in->ended && !in->pending.n);
	if (p[0].revents && ready > 0) {
		*dead = !receive(w);
		if (*dead)
			return true;
		watch_begin(t, w);
		if (!take_frames(w, s, e)) {
			*dead = s->lied;
			return s->lied;
		}
	}
	if (ready == 0 && watch_hangs(t, w, busy)) {
		*dead = true;
		return true;
	}
	if (ready > 0 && p[1].revents && !stream_receive(in, s->receiver, e))
		return false;
	if (ready > 0 && p[2].revents)
		stream_send(in);
	/* quiet, or long enough since the last time: what was found is put on disk */
	bool due = monotonic_ms() - s->paused_at >= 500;
	if ((ready == 0 || due) && s->receiver->pause) {
		s->paused_at = monotonic_ms();
		return s->receiver->pause(s->receiver, e);
	}
	return true;
}

static bool read_stream(struct worker *w, struct session *s, int fd, struct request *q, struct err *e)
{
	AUTO(stream_close) struct stream *in = stream_open(fd);
	while (!s->done && !s->given_up) {
		struct err why = {0};
		struct watch t;
		bool dead = false;
		if (!stream_request(w, s, in, q, &why)) {
			if (!session_unread(s, str_of(why.text), e))
				return false;
			break;
		}
		watch_begin(&t, w);
		while (!s->done && !dead)
			if (!stream_round(w, s, in, &t, &dead, e))
				return false;
		if (!s->done && !mourn(w, s, &t, e))
			return false;
		s->skip = 0; /* what was sent is gone: the next worker sees only what comes */
		if (!s->done && s->sources.n > 1)
			s->given_up = true; /* nobody can go on in the middle of an archive */
	}
	return stream_drain(in, s->receiver, e);
}

/* --- the calls --- */

bool worker_read(struct worker *w, int fd, struct str name, instant mtime, struct str flags, int64_t id,
	struct receiver *receiver, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_sys(e, "cannot be read");
	bool regular = S_ISREG(st.st_mode);
	struct source top = {.row = id,
		.name = name,
		.mtime = mtime,
		.size = regular ? st.st_size : -1,
		.captured_at = INSTANT_NONE};
	AUTO(session_close) struct session *s = session_open(&top, receiver);
	struct request q = request_of(w, name, mtime, flags);
	if (receiver->begin && !receiver->begin(receiver, &top, e))
		return false;
	bool good = regular ? read_file(w, s, fd, &q, e) : read_stream(w, s, fd, &q, e);
	if (!good && w->line.requests >= 0)
		bury(w, s->arena, HANG_NONE, false);
	return good && session_end(s, e);
}

/* Extraction has a receiver of its own: bytes, nothing else. */
bool worker_extract(struct worker *w, int fd, struct str name, struct str member, int64_t offset, int64_t length,
	struct arena *arena, struct str *out, struct err *e)
{
	struct buf found = BUF(arena);
	struct receiver nobody = {NULL};
	struct source top = {.name = name};
	AUTO(session_close) struct session *s = session_open(&top, &nobody);
	struct request q = request_of(w, name, INSTANT_NONE, STR_NONE);
	struct watch t;
	q.what = REQUEST_EXTRACT;
	q.member = member;
	q.offset = offset;
	q.length = length;
	s->bytes = &found;
	if (!request(w, &q, fd, e))
		return false;
	watch_begin(&t, w);
	bool good = listen(w, s, &t, e);
	if (!s->done) {
		struct str why = bury(w, arena, t.hung, s->lied);
		return good ? err_set(e, "%.*s", STR_ARG(why)) : false;
	}
	if (s->message.n)
		return err_set(e, "%.*s", STR_ARG(s->message));
	*out = buf_str(&found);
	return true;
}
