/* A tight loop without memory: 100 million iterations of a few instructions. */
#include "start.h"

void work(void)
{
	u32 x = 1;

	for (u32 i = 0; i < 100000000; i++) {
		x += i;
		__asm__ volatile("" : "+r"(x));
	}
}
