/* Indirect jumps and calls: 10 million rounds, each through a table of functions and through the jump table of a switch. */
#include "start.h"

#define NEXT(random) ((random) * 1664525 + 1013904223)
/* Keeps the compiler from turning the switch into arithmetic. */
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))

static __attribute__((noinline)) u32 f0(u32 x) { return x + 3; }
static __attribute__((noinline)) u32 f1(u32 x) { return x ^ 0x55; }
static __attribute__((noinline)) u32 f2(u32 x) { return x << 1 | x >> 31; }
static __attribute__((noinline)) u32 f3(u32 x) { return x * 5; }
static __attribute__((noinline)) u32 f4(u32 x) { return ~x; }
static __attribute__((noinline)) u32 f5(u32 x) { return x - 9; }
static __attribute__((noinline)) u32 f6(u32 x) { return x ^ x >> 3; }
static __attribute__((noinline)) u32 f7(u32 x) { return x + (x << 2); }

static u32 (*volatile functions[8])(u32) = { f0, f1, f2, f3, f4, f5, f6, f7 };
static volatile u32 result = 1;

void work(void)
{
	u32 x = result, random = 12345;

	for (u32 i = 0; i < 10000000; i++) {
		random = NEXT(random);
		x = functions[random >> 29](x);
		switch (random >> 25 & 15) {
		case 0: x += 1; OPAQUE(x); break;
		case 1: x ^= 2; OPAQUE(x); break;
		case 2: x -= 3; OPAQUE(x); break;
		case 3: x *= 3; OPAQUE(x); break;
		case 4: x = ~x; OPAQUE(x); break;
		case 5: x |= 4; OPAQUE(x); break;
		case 6: x &= ~8u; OPAQUE(x); break;
		case 7: x += x >> 1; OPAQUE(x); break;
		case 8: x ^= x << 1; OPAQUE(x); break;
		case 9: x -= 10; OPAQUE(x); break;
		case 10: x += 11; OPAQUE(x); break;
		case 11: x ^= 12; OPAQUE(x); break;
		case 12: x *= 7; OPAQUE(x); break;
		case 13: x = -x; OPAQUE(x); break;
		case 14: x >>= 1; OPAQUE(x); break;
		default: x += i; OPAQUE(x); break;
		}
	}
	result = x;
}
