/*
 * Plays a list of system calls on a memory image, so that strace's text of them can be compared with ours.
 * player IMAGE CALLS RESULTS: the image is mapped at BASE; each call is 7 words of 8 bytes (number, six arguments), and
 * leaves its result (8 bytes) and the image as it was afterwards in RESULTS. The image is put back before each call.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BASE ((char *)0x10000000)
#define LENGTH 0x4000

static long trap(long nr, const long long *a)
{
#ifdef __x86_64__
	register long r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long ret;
	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
#else
	/* All six arguments, ebp included: they are pushed by hand. */
	long args[7] = { nr, a[0], a[1], a[2], a[3], a[4], a[5] };
	long ret;
	asm volatile("pushl %%ebx; pushl %%esi; pushl %%edi; pushl %%ebp\n\t"
		     "movl 4(%%eax),%%ebx; movl 8(%%eax),%%ecx; movl 12(%%eax),%%edx\n\t"
		     "movl 16(%%eax),%%esi; movl 20(%%eax),%%edi; movl 24(%%eax),%%ebp\n\t"
		     "movl (%%eax),%%eax\n\t"
		     "int $0x80\n\t"
		     "popl %%ebp; popl %%edi; popl %%esi; popl %%ebx"
		     : "=a"(ret)
		     : "a"(args)
		     : "ecx", "edx", "memory");
	return ret;
#endif
}

static char original[LENGTH];

static char *map(const char *path, int prot, long *length)
{
	struct stat st;
	int fd = open(path, prot & PROT_WRITE ? O_RDWR : O_RDONLY);
	fstat(fd, &st);
	*length = st.st_size;
	char *at = mmap(0, st.st_size, prot, MAP_SHARED, fd, 0);
	close(fd);
	return at;
}

int main(int argc, char **argv)
{
	long image_length, calls_length, results_length;
	const char *image = map(argv[1], PROT_READ, &image_length);
	const long long *call = (const long long *)map(argv[2], PROT_READ, &calls_length);
	char *result = map(argv[3], PROT_READ | PROT_WRITE, &results_length);
	mmap(BASE, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memcpy(original, image, LENGTH);
	dup2(open(argv[1], O_RDONLY), 20);
	dup2(open("/", O_RDONLY | O_DIRECTORY), 21);
	dup2(open("/dev/null", O_RDWR), 22);
	syscall(SYS_getppid);
	for (long i = 0; i < calls_length / 56; i++, call += 7) {
		memcpy(BASE, original, LENGTH);
		long long ret = trap(call[0], call + 1);
		memcpy(result, &ret, 8);
		memcpy(result + 8, BASE, LENGTH);
		result += 8 + LENGTH;
	}
	_exit(0);
}
