/* Loads and stores: 20,000 passes over an array of 16 KiB. */
#include "start.h"

static volatile u32 array[4096] = { 1 };

void work(void)
{
	for (u32 pass = 0; pass < 20000; pass++)
		for (u32 i = 0; i < 4096; i++)
			array[i] += i;
}
