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

enum { LINE_FDS = 3 }; /* the worker's ends of a line: requests, frames, errors */
enum order { ORDER_SPAWN = 's', ORDER_WAIT = 'w', ORDER_KILL = 'k' };

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

static ssize_t receive_order(int control, char *order, int fds[LINE_FDS])
{
	union {
		char room[CMSG_SPACE(LINE_FDS * sizeof(int))];
		struct cmsghdr align;
	} room;
	struct iovec piece = {order, 1};
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
	ssize_t got;
	do
		got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (got > 0 && *order == ORDER_SPAWN) {
		if (!c || c->cmsg_len != CMSG_LEN(LINE_FDS * sizeof(int)))
			return -1;
		memcpy(fds, CMSG_DATA(c), LINE_FDS * sizeof(int));
	}
	return got;
}

_Noreturn static void become_worker(
	const struct keeper *k, const struct rules *rules, const int fds[LINE_FDS], int control)
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
	reader_serve(fds[0], &frames, rules, buf_str(&report));
}

static pid_t spawn(const struct keeper *k, const struct rules *rules, int control, int fds[LINE_FDS])
{
	pid_t pid = fork();
	if (pid == 0)
		become_worker(k, rules, fds, control);
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

_Noreturn static void keep(const struct keeper *k, const struct rules *rules, int control)
{
	pid_t worker = 0;
	char order;
	int fds[LINE_FDS];
	/* an interrupt from the terminal is the parent's business; we end when it does */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	/* here, for workers may make no code; and not in the parent, which has other things to do meanwhile */
	formats_hasten();
	rules_hasten(rules);
	while (receive_order(control, &order, fds) > 0) {
		int answer;
		if (order == ORDER_SPAWN) {
			worker = spawn(k, rules, control, fds);
			answer = worker < 0 ? -errno : worker;
		} else {
			answer = reap(worker, order == ORDER_KILL);
			worker = 0;
		}
		if (send(control, &answer, sizeof answer, MSG_NOSIGNAL) < 0)
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

bool keeper_start(struct keeper *k, const struct rules *rules, bool no_sandbox, struct err *e)
{
	int control[2];
	k->no_sandbox = no_sandbox;
	k->channel = mmap(NULL, sizeof *k->channel, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k->channel == MAP_FAILED)
		return err_sys(e, "no memory to share with a worker");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0)
		return err_sys(e, "cannot talk to a worker");
	k->pid = fork();
	if (k->pid == 0) {
		close_others(control[1]);
		keep(k, rules, 3);
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

static bool order(struct keeper *k, enum order what, const int *fds, size_t fds_n, int *answer)
{
	char word = (char)what;
	ssize_t got;
	if (!send_with_fd(k->control, str_n(&word, 1), fds, fds_n))
		return false;
	do
		got = recv(k->control, answer, sizeof *answer, 0);
	while (got < 0 && errno == EINTR);
	return got == sizeof *answer;
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

bool keeper_spawn(struct keeper *k, struct line *line, struct err *e)
{
	int requests[2], frames[2], errors[2], answer = 0;
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
	bool done = order(k, ORDER_SPAWN, theirs, LINE_FDS, &answer);
	for (int i = 0; i < LINE_FDS; i++)
		close(theirs[i]);
	*line = (struct line){requests[0], frames[0], errors[0], answer};
	if (done && answer > 0)
		return true;
	line_close(line);
	errno = -answer;
	return done ? err_sys(e, "cannot start a worker") : err_set(e, "the keeper of workers is gone");
}

int keeper_reap(struct keeper *k, struct line *line, bool by_force)
{
	int status = 0;
	if (line->requests < 0)
		return 0;
	close(line->requests);
	line->requests = -1;
	return order(k, by_force ? ORDER_KILL : ORDER_WAIT, NULL, 0, &status) ? status : -1;
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
