/* Following a file that grows, as a stream that can be read to an end that may never come. */
#include "read/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 200, PIECE = 64 << 10 };

static volatile sig_atomic_t ending;
static void on_end(int number)
{
	(void)number;
	ending = 1;
}

static bool hand_over(int to, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(to, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false; /* nobody listens any more */
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* Everything up to the present end. */
static bool drain(int from, int to)
{
	char piece[PIECE];
	for (;;) {
		ssize_t n = read(from, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		if (!hand_over(to, piece, (size_t)n))
			return false;
	}
}

/* Is there another file under PATH than the open one? */
static bool was_replaced(const char *path, int fd)
{
	struct stat there, mine;
	return stat(path, &there) == 0 && fstat(fd, &mine) == 0 &&
	       (there.st_ino != mine.st_ino || there.st_dev != mine.st_dev);
}

static bool became_shorter(int fd)
{
	struct stat mine;
	off_t at = lseek(fd, 0, SEEK_CUR);
	return fstat(fd, &mine) == 0 && mine.st_size < at;
}

_Noreturn static void follow(const char *path, int to)
{
	int fd = -1;
	bool listening = true;
	while (listening) {
		bool last_look = ending;
		if (fd < 0)
			fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && became_shorter(fd))
			lseek(fd, 0, SEEK_SET);
		if (fd >= 0)
			listening = drain(fd, to);
		if (fd >= 0 && listening && was_replaced(path, fd)) {
			listening = drain(fd, to); /* what came between the last read and the move */
			close(fd);
			fd = -1;
			continue;
		}
		if (last_look)
			break;
		usleep(LOOK_MS * 1000);
	}
	_exit(0);
}

int follow_open(const char *path, pid_t *pid, struct err *e)
{
	int ends[2];
	struct stat there;
	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return err_set(e, "'%s' is no plain file; a pipe is followed with '-'", path), -1;
	if (pipe2(ends, O_CLOEXEC) != 0 || (*pid = fork()) < 0)
		return err_sys(e, "cannot follow '%s'", path), -1;
	if (*pid == 0) {
		struct sigaction end = {.sa_handler = on_end}; /* no SA_RESTART: the sleep ends at once */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		sigaction(SIGINT, &end, NULL);
		sigaction(SIGTERM, &end, NULL);
		close(ends[0]);
		follow(path, ends[1]);
	}
	close(ends[1]);
	return ends[0];
}
