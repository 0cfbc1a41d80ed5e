/* Calls and returns: the Fibonacci numbers by recursion, about 30 million calls. */
#include "start.h"

static __attribute__((noinline)) u32 fib(u32 n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static volatile u32 result = 1;

void work(void)
{
	result = fib(34);
}
