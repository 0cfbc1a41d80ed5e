/* Strings as a plain C library handles them: strlen, strcpy, memcmp, strchr by bytes and memcpy by words, over 4 KiB. */
#include "start.h"

#define LENGTH 4095

static char from[LENGTH + 1], to[LENGTH + 1];
static volatile u32 result;

static __attribute__((noinline)) u32 length(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

static __attribute__((noinline)) void copy_string(char *d, const char *s)
{
	while ((*d++ = *s++))
		;
}

static __attribute__((noinline)) int compare(const char *a, const char *b, u32 n)
{
	for (; n; n--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

static __attribute__((noinline)) const char *find(const char *s, char c)
{
	for (; *s != c; s++)
		if (!*s)
			return 0;
	return s;
}

static __attribute__((noinline)) void copy_words(u32 *d, const u32 *s, u32 n)
{
	for (; n; n--)
		*d++ = *s++;
}

void work(void)
{
	u32 sum = 0;

	for (u32 i = 0; i < LENGTH; i++)
		from[i] = 'a' + i % 25;
	for (u32 pass = 0; pass < 4000; pass++) {
		sum += length(from);
		copy_string(to, from);
		sum += compare(to, from, LENGTH);
		sum += find(from, 'z') != 0;
		copy_words((u32 *)to, (const u32 *)from, sizeof from / 4);
	}
	result = sum;
}
