/* A preload that lets the NOMEM_AT-th allocation fail, once; how many there were so far stands in the file NOMEM_COUNT, a long. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static long at, own_count, *count = &own_count;
static void *(*true_malloc)(size_t), *(*true_realloc)(void *, size_t), *(*true_calloc)(size_t, size_t);

static void share_count(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	void *shared = fd >= 0 && ftruncate(fd, sizeof *count) == 0 ? mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (shared == MAP_FAILED)
		_exit(1);
	close(fd);
	count = shared;
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("NOMEM_AT"), *path = getenv("NOMEM_COUNT");
	true_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	true_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	at = text ? atol(text) : 0;
	own_count = 0;
	if (path)
		share_count(path);
}

static int fails(void)
{
	return ++*count == at;
}

void *malloc(size_t n)
{
	if (!true_malloc)
		true_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	return fails() ? NULL : true_malloc(n);
}

void *realloc(void *p, size_t n)
{
	if (!true_realloc)
		true_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	return fails() ? NULL : true_realloc(p, n);
}

/* dlsym itself may call it before it is known. */
void *calloc(size_t n, size_t size)
{
	static _Alignas(16) char early[4096];
	static size_t used;
	static int asking;
	if (!true_calloc && !asking) {
		asking = 1;
		true_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	}
	if (!true_calloc) {
		size_t from = used;
		used += (n * size + 15) & ~(size_t)15;
		return used <= sizeof early ? early + from : NULL;
	}
	return fails() ? NULL : true_calloc(n, size);
}
