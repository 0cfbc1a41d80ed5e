/*
 * `loops WHAT N [MEGABYTES]` does N times what WHAT names, after writing to every page of MEGABYTES of its own. The time of
 * one iteration is that of a run of many less that of a run of one.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
/* Pages that are touched between two calls of mmap or fork. */
#define CHUNK 1024

static char *self;

static char *pages(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		_exit(2);
	/* Pages of 4 KiB everywhere; a kernel without huge pages may refuse. */
	madvise(p, bytes, MADV_NOHUGEPAGE);
	return p;
}

static void touch(volatile char *p, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		p[i * PAGE] = 1;
}

static void reap(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		_exit(3);
}

static void do_getpid(long n)
{
	while (n--)
		syscall(SYS_getpid);
}

static void do_fork(long n)
{
	while (n--) {
		pid_t pid = syscall(SYS_fork);
		if (pid == 0)
			_exit(0);
		reap(pid);
	}
}

static void do_vfork(long n)
{
	while (n--) {
		pid_t pid = vfork();
		if (pid == 0)
			_exit(0);
		reap(pid);
	}
}

static void do_exec(long n)
{
	char *const argv[] = { self, "nothing", "0", NULL };
	char *const envp[] = { NULL };

	while (n--) {
		pid_t pid = vfork();
		if (pid == 0) {
			execve(self, argv, envp);
			_exit(4);
		}
		reap(pid);
	}
}

static void *return_at_once(void *argument)
{
	return argument;
}

static void do_thread(long n)
{
	while (n--) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, return_at_once, NULL) != 0 || pthread_join(thread, NULL) != 0)
			_exit(5);
	}
}

/* N pages written for the first time. */
static void do_fault(long n)
{
	for (; n > 0; n -= CHUNK) {
		size_t nr = n < CHUNK ? n : CHUNK;
		char *p = pages(nr * PAGE);
		touch(p, nr);
		munmap(p, nr * PAGE);
	}
}

/* N pages written that a child shares with its parent. */
static void do_cow(long n)
{
	char *p = pages(CHUNK * PAGE);

	touch(p, CHUNK);
	for (; n > 0; n -= CHUNK) {
		pid_t pid = syscall(SYS_fork);
		if (pid == 0) {
			touch(p, n < CHUNK ? n : CHUNK);
			_exit(0);
		}
		reap(pid);
	}
}

static volatile long handled;

static void handler(int signal)
{
	handled += signal != 0;
}

static void do_signal(long n)
{
	struct sigaction action = { .sa_handler = handler };
	pid_t pid = getpid();

	sigaction(SIGUSR1, &action, NULL);
	while (n--)
		kill(pid, SIGUSR1);
}

/* A byte to another process and back: two context switches. */
static void do_pipe(long n)
{
	int to[2], from[2];
	char byte = 0;
	pid_t pid;

	if (pipe(to) != 0 || pipe(from) != 0)
		_exit(6);
	pid = fork();
	if (pid == 0) {
		close(to[1]);
		while (read(to[0], &byte, 1) == 1)
			if (write(from[1], &byte, 1) != 1)
				_exit(7);
		_exit(0);
	}
	while (n--)
		if (write(to[1], &byte, 1) != 1 || read(from[0], &byte, 1) != 1)
			_exit(8);
	close(to[1]);
	reap(pid);
}

static void do_nothing(long n)
{
	(void)n;
}

static const struct {
	const char *name;
	void (*loop)(long n);
} loops[] = {
	{ "getpid", do_getpid }, { "fork", do_fork },     { "vfork", do_vfork },   { "exec", do_exec },
	{ "thread", do_thread }, { "fault", do_fault },   { "cow", do_cow },       { "signal", do_signal },
	{ "pipe", do_pipe },     { "nothing", do_nothing },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 1;
	self = argv[0];
	if (argc > 3) {
		size_t bytes = strtoul(argv[3], NULL, 10) << 20;
		touch(pages(bytes), bytes / PAGE);
	}
	for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
		if (strcmp(argv[1], loops[i].name) == 0) {
			loops[i].loop(strtol(argv[2], NULL, 10));
			return 0;
		}
	}
	return 1;
}
