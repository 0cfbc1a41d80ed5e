/* x86 string instructions: rep movsb, movsl, stosb, stosl, repne scasb and repe cmpsb over 4 KiB, 2000 times. */
#include "start.h"

#define LENGTH 4096

static u8 from[LENGTH], to[LENGTH];

#define REPEAT(insn, count)                                                                  \
	do {                                                                                 \
		void *s = from, *d = to;                                                     \
		unsigned long n = (count);                                                   \
		__asm__ volatile(insn : "+S"(s), "+D"(d), "+c"(n) : "a"(1) : "memory", "cc"); \
	} while (0)

void work(void)
{
	for (u32 pass = 0; pass < 2000; pass++) {
		REPEAT("rep movsb", LENGTH);
		REPEAT("rep movsl", LENGTH / 4);
		REPEAT("repe cmpsb", LENGTH);
		REPEAT("repne scasb", LENGTH);
		REPEAT("rep stosb", LENGTH);
		REPEAT("rep stosl", LENGTH / 4);
		to[0] = 0;
	}
}
