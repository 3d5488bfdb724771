/* The sandbox: resource limits, no new privileges, Landlock, seccomp. */
#include "read/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <stdio.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__
enum { SANITIZED = true };
#elif defined __has_feature
#if __has_feature(address_sanitizer)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif
#else
enum { SANITIZED = false };
#endif

static void lacks(struct buf *report, const char *what)
{
	buf_fmt(report, "%s%s: %s", report->n ? "; " : "", what, strerror(errno));
}

static void limit(struct buf *report, const char *what, __rlimit_resource_t resource, rlim_t most)
{
	struct rlimit l = {most, most};
	if (setrlimit(resource, &l) != 0)
		lacks(report, what);
}

/* --- Landlock, by its system calls: Debian 12's headers know only its first versions
 * (Documentation/userspace-api/landlock.rst) --- */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
	uint64_t access_fs, access_net, scoped;
};
struct path_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

enum { RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)

/* By version of the kernel's interface: which rights it can take away. */
static struct ruleset ruleset_of(long version)
{
	struct ruleset r = {.access_fs = (UINT64_C(1) << 13) - 1};
	if (version >= 2)
		r.access_fs |= UINT64_C(1) << 13; /* refer */
	if (version >= 3)
		r.access_fs |= UINT64_C(1) << 14; /* truncate */
	if (version >= 4)
		r.access_net = 3; /* bind, connect */
	if (version >= 5)
		r.access_fs |= UINT64_C(1) << 15; /* device ioctl */
	if (version >= 6)
		r.scoped = 3; /* abstract sockets, signals */
	return r;
}

static void allow_reading(int rules, const char *path)
{
	struct path_beneath beneath = {FS_READ_FILE | FS_READ_DIR, open(path, O_PATH | O_CLOEXEC)};
	if (beneath.fd < 0)
		return; /* not there, so nothing to read */
	syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.fd);
}

/* glibc loads character sets, and glib zones, when a mail first names them. */
static void allow_tables(int rules)
{
	static const char *const patterns[] = {
		"/usr/share/zoneinfo", "/usr/lib/*/gconv", "/usr/lib/gconv", "/usr/lib64/gconv", "/lib/*/gconv"};
	for (size_t i = 0; i < LEN(patterns); i++) {
		glob_t found;
		if (glob(patterns[i], GLOB_NOSORT, NULL, &found) != 0)
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			allow_reading(rules, found.gl_pathv[k]);
		globfree(&found);
	}
}

static void landlock(struct buf *report)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);
	if (version < 1) {
		lacks(report, "landlock");
		return;
	}
	struct ruleset r = ruleset_of(version);
	size_t size = version >= 6 ? sizeof r : version >= 4 ? 16 : 8;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (rules < 0) {
		lacks(report, "landlock");
		return;
	}
	allow_tables(rules);
	if (syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		lacks(report, "landlock");
	close(rules);
}

/* --- seccomp --- */

static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64), SCMP_SYS(stat), SCMP_SYS(statx), SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap),
	SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(exit),
	SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getpid),
	SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(recvmsg), SCMP_SYS(recvfrom),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getuid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(restart_syscall), SCMP_SYS(getcpu),
	SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(getdents64), SCMP_SYS(fcntl), SCMP_SYS(fcntl64)};

/* Libraries try these and live without them. */
static const int refused[] = {SCMP_SYS(ioctl), SCMP_SYS(prctl), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(statfs),
	SCMP_SYS(prlimit64), SCMP_SYS(getrlimit), SCMP_SYS(fadvise64), SCMP_SYS(rseq), SCMP_SYS(set_robust_list),
	SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler)};

/* Opening is for reading only; Landlock says where. */
static int allow_opening(scmp_filter_ctx c)
{
	enum { WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND };
	int bad = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, WRITING, 0));
	bad |= seccomp_rule_add(
		c, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_WRONLY, O_WRONLY));
	bad |= seccomp_rule_add(
		c, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_RDWR, O_RDWR));
	seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, WRITING, 0));
	return bad;
}

/* A call that this machine lacks needs no rule; one left out for want of memory would kill an honest worker later. */
static int lacks_memory(int answer)
{
	return answer == -ENOMEM ? answer : 0;
}

static void seccomp(struct buf *report)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int bad = c ? 0 : -ENOMEM;
	for (size_t i = 0; !bad && i < LEN(allowed); i++)
		bad = lacks_memory(seccomp_rule_add(c, SCMP_ACT_ALLOW, allowed[i], 0));
	for (size_t i = 0; !bad && i < LEN(refused); i++)
		bad = lacks_memory(seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), refused[i], 0));
	if (!bad)
		bad = allow_opening(c);
	if (!bad)
		bad = seccomp_load(c);
	if (c)
		seccomp_release(c);
	if (bad) {
		errno = -bad;
		lacks(report, "seccomp");
	}
}

void sandbox_enter(struct buf *report)
{
	limit(report, "core limit", RLIMIT_CORE, 0);
	limit(report, "process limit", RLIMIT_NPROC, 0);
	limit(report, "file size limit", RLIMIT_FSIZE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		lacks(report, "no-new-privileges");
	landlock(report);
	if (SANITIZED) { /* a sanitizer reserves terabytes and makes calls of its own */
		buf_fmt(report, "%smemory limit and seccomp: not under a sanitizer", report->n ? "; " : "");
		return;
	}
	limit(report, "memory limit", RLIMIT_AS, SANDBOX_MEMORY);
	seccomp(report);
}

const char *sandbox_library(void)
{
	static char text[32];
	const struct scmp_version *v = seccomp_version();
	snprintf(text, sizeof text, "%u.%u.%u", v->major, v->minor, v->micro);
	return text;
}
