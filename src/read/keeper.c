/* The keeper: forks workers on demand from a process that never saw the database, and tells how they ended.
 */
#include "read/keeper.h"

#include "formats/format.h"
#include "read/reader.h"
#include "read/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LINE_FDS = 3,    /* the worker's ends of a line: requests, frames, errors */
	NAME_ROOM = 256, /* of a format that is asked for; no format has a longer name */
};
enum order { ORDER_READY = 'r', ORDER_FORMAT = 'f', ORDER_SPAWN = 's', ORDER_WAIT = 'w', ORDER_KILL = 'k' };
/* To all orders but ORDER_READY: a pid, wait(2)'s status, or whether there is such a format. */
struct answer {
	int value;
	struct err why;
};

bool send_with_fd(int socket, struct str bytes, const int *fds, size_t fds_n)
{
	union {
		char room[CMSG_SPACE(LINE_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct iovec piece = {(void *)(uintptr_t)bytes.p, bytes.n};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
	if (fds_n) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(fds_n * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds_n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, fds_n * sizeof(int));
	}
	ssize_t done;
	do
		done = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (done < 0 && errno == EINTR);
	return done >= 0;
}

/* --- in the keeper's process --- */

struct received {
	enum order order;
	struct str format;
	char room[NAME_ROOM];
	int fds[LINE_FDS];
};

static bool receive_order(int control, struct received *r)
{
	union {
		char room[CMSG_SPACE(LINE_FDS * sizeof(int))];
		struct cmsghdr align;
	} room;
	char word;
	struct iovec pieces[] = {{&word, 1}, {r->room, sizeof r->room}};
	struct msghdr message = {
		.msg_iov = pieces, .msg_iovlen = LEN(pieces), .msg_control = &room, .msg_controllen = sizeof room};
	ssize_t got;
	do
		got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	r->order = (enum order)word;
	r->format = str_n(r->room, (size_t)got - 1);
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (r->order != ORDER_SPAWN)
		return true;
	if (!c || c->cmsg_len != CMSG_LEN(LINE_FDS * sizeof(int)))
		return false;
	memcpy(r->fds, CMSG_DATA(c), LINE_FDS * sizeof(int));
	return true;
}

/* What workers read with. */
struct kit {
	const struct ingest_options *options;
	struct arena *arena;
	struct rules *rules;
	struct err why; /* it could not be had */
};

static bool kit_load(struct kit *kit, struct err *e)
{
	const struct ingest_options *o = kit->options;
	bool ready = formats_init(e) && kinds_init(e) && (kit->rules = rules_open(kit->arena, e)) != NULL;
	for (const char *const *d = o->format_dirs; ready && d && *d; d++)
		ready = formats_load(*d, e);
	for (const char *const *d = o->rule_dirs; ready && d && *d; d++)
		ready = rules_load(kit->rules, *d, e);
	return ready;
}

/*
 * Only when there is something to read: much of what comes is known already. Workers may make no code themselves, and all
 * patterns become code, for few bytes too: without, they meet their limits elsewhere, and a rebuild would read otherwise.
 */
static bool kit_ready(struct kit *kit)
{
	if (!kit->arena) {
		kit->arena = arena_open();
		if (!kit->options->only_unpacks && kit_load(kit, &kit->why)) {
			formats_hasten();
			rules_hasten(kit->rules);
		}
	}
	return !err_is_set(&kit->why);
}

_Noreturn static void become_worker(const struct keeper *k, const struct kit *kit, const int fds[LINE_FDS], int control)
{
	struct arena *arena = arena_open();
	struct frame_writer frames = {.channel = k->channel, .fd = fds[1], .arena = arena_open()};
	struct buf report = BUF(arena);
	frames.frame = BUF(frames.arena);
	close(control);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, signo == SIGINT ? SIG_IGN : SIG_DFL); /* whoever started us may handle crashes;
								       we want to die of them */
	if (!k->no_sandbox) {
		dup2(fds[2], STDERR_FILENO);
		sandbox_enter(&report);
	} else {
		buf_cstr(&report, "switched off");
	}
	reader_serve(fds[0], &frames, kit->rules, buf_str(&report));
}

static pid_t spawn(const struct keeper *k, const struct kit *kit, int control, int fds[LINE_FDS])
{
	pid_t pid = fork();
	if (pid == 0)
		become_worker(k, kit, fds, control);
	for (int i = 0; i < LINE_FDS; i++)
		close(fds[i]);
	return pid;
}

static int reap(pid_t pid, bool by_force)
{
	int status = 0;
	if (pid <= 0)
		return 0;
	if (by_force)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Fills in the answer; false: none is waited for. */
static bool obey(
	const struct keeper *k, struct kit *kit, int control, struct received *r, pid_t *worker, struct answer *answer)
{
	switch (r->order) {
	case ORDER_READY:
		kit_ready(kit);
		return false;
	case ORDER_FORMAT:
		answer->value = kit_ready(kit) && format_find(r->format);
		answer->why = kit->why;
		return true;
	case ORDER_SPAWN:
		*worker = kit_ready(kit) ? spawn(k, kit, control, r->fds) : 0;
		answer->value = *worker < 0 ? -errno : *worker;
		answer->why = kit->why;
		return true;
	case ORDER_WAIT:
	case ORDER_KILL:
		answer->value = reap(*worker, r->order == ORDER_KILL);
		*worker = 0;
		return true;
	}
	bug("the keeper has no order '%c'", r->order);
}

_Noreturn static void keep(const struct keeper *k, const struct ingest_options *options, int control)
{
	struct kit kit = {.options = options};
	struct received r;
	pid_t worker = 0;
	/* an interrupt from the terminal is the parent's business; we end when it does */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	while (receive_order(control, &r)) {
		struct answer answer = {0};
		if (obey(k, &kit, control, &r, &worker, &answer) &&
			send(control, &answer, sizeof answer, MSG_NOSIGNAL) < 0)
			break;
	}
	reap(worker, true);
	_exit(0);
}

/* --- in the parent --- */

/* The descriptors of the program that starts us are none of the workers' business. */
static void close_others(int keep_fd)
{
	int moved = fcntl(keep_fd, F_DUPFD, 3);
	if (dup2(moved, 3) != 3)
		_exit(1);
	closefrom(4);
}

bool keeper_start(struct keeper *k, const struct ingest_options *options, struct err *e)
{
	int control[2];
	k->no_sandbox = options->no_sandbox;
	k->channel = mmap(NULL, sizeof *k->channel, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k->channel == MAP_FAILED)
		return err_sys(e, "no memory to share with a worker");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0)
		return err_sys(e, "cannot talk to a worker");
	k->pid = fork();
	if (k->pid == 0) {
		close_others(control[1]);
		keep(k, options, 3);
	}
	close(control[1]);
	k->control = control[0];
	if (k->pid < 0)
		return err_sys(e, "cannot start a worker");
	return true;
}

void keeper_stop(struct keeper *k)
{
	if (k->control > 0)
		close(k->control);
	if (k->pid > 0 && !k->was_asked) /* it may still be busy with patterns that nobody needs now */
		kill(k->pid, SIGKILL);
	if (k->pid > 0)
		while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (k->channel)
		munmap(k->channel, sizeof *k->channel);
	*k = (struct keeper){0};
}

static bool order(struct keeper *k, enum order what, struct str format, const int *fds, size_t fds_n)
{
	char words[1 + NAME_ROOM] = {(char)what};
	size_t n = format.n < NAME_ROOM ? format.n : NAME_ROOM;
	memcpy(words + 1, str_text(format), n);
	return send_with_fd(k->control, str_n(words, 1 + n), fds, fds_n);
}

static bool hear(struct keeper *k, struct answer *answer)
{
	ssize_t got;
	do
		got = recv(k->control, answer, sizeof *answer, 0);
	while (got < 0 && errno == EINTR);
	return got == sizeof *answer;
}

void keeper_ready(struct keeper *k)
{
	if (!k->was_asked) /* a keeper that is gone is missed when a worker is wanted */
		order(k, ORDER_READY, STR_NONE, NULL, 0);
}

bool keeper_knows(struct keeper *k, struct str format, bool *known, struct err *e)
{
	struct answer answer;
	if (!order(k, ORDER_FORMAT, format, NULL, 0) || !hear(k, &answer))
		return err_set(e, "the keeper of workers is gone");
	*known = answer.value && format.n < NAME_ROOM;
	return !err_is_set(&answer.why) || err_set(e, "%s", answer.why.text);
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

bool keeper_spawn(struct keeper *k, struct line *line, struct err *e)
{
	int requests[2], frames[2], errors[2];
	struct answer answer = {0};
	memset(k->channel, 0, offsetof(struct channel, buffer));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, requests) != 0)
		return err_sys(e, "cannot talk to a worker");
	if (pipe2(frames, O_CLOEXEC) != 0) {
		close_pair(requests);
		return err_sys(e, "cannot listen to a worker");
	}
	if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0) {
		close_pair(requests);
		close_pair(frames);
		return err_sys(e, "cannot listen to a worker");
	}
	fcntl(frames[1], F_SETPIPE_SZ, CHANNEL_BUFFER);
	k->was_asked = true;
	int theirs[LINE_FDS] = {requests[1], frames[1], errors[1]};
	bool done = order(k, ORDER_SPAWN, STR_NONE, theirs, LINE_FDS) && hear(k, &answer);
	for (int i = 0; i < LINE_FDS; i++)
		close(theirs[i]);
	*line = (struct line){requests[0], frames[0], errors[0], answer.value};
	if (done && answer.value > 0)
		return true;
	line_close(line);
	errno = -answer.value;
	if (err_is_set(&answer.why))
		return err_set(e, "%s", answer.why.text);
	return done ? err_sys(e, "cannot start a worker") : err_set(e, "the keeper of workers is gone");
}

int keeper_reap(struct keeper *k, struct line *line, bool by_force)
{
	struct answer answer;
	if (line->requests < 0)
		return 0;
	close(line->requests);
	line->requests = -1;
	bool done = order(k, by_force ? ORDER_KILL : ORDER_WAIT, STR_NONE, NULL, 0) && hear(k, &answer);
	return done ? answer.value : -1;
}

void line_close(struct line *line)
{
	int fds[] = {line->requests, line->frames, line->errors};
	for (size_t i = 0; i < LEN(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*line = LINE_NONE;
}

int64_t line_cpu_ms(const struct line *line)
{
	clockid_t clock;
	struct timespec t;
	if (clock_getcpuclockid(line->pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
