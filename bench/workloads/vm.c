/* A small interpreter: a register machine whose program adds up the lengths of the Collatz sequences from 1 to 50,000. */
#include "start.h"

enum op { SET, MOVE, ADD, MULTIPLY, HALVE, AND, LESS, JUMP, UNLESS, END };
enum reg { N, X, T, ONE, THREE, LIMIT, STEPS, REGISTERS };

struct insn {
	u8 op, to, a, b;
};

static const u32 constants[] = { 1, 3, 50001 };

/* Jumps go to the row that `to` names. */
static const struct insn program[] = {
	/*  0 */ { SET, ONE, 0 },
	/*  1 */ { SET, THREE, 1 },
	/*  2 */ { SET, LIMIT, 2 },
	/*  3 */ { SET, N, 0 },
	/*  4 */ { LESS, T, N, LIMIT },
	/*  5 */ { UNLESS, 19, T },
	/*  6 */ { MOVE, X, N },
	/*  7 */ { LESS, T, ONE, X },
	/*  8 */ { UNLESS, 17, T },
	/*  9 */ { ADD, STEPS, STEPS, ONE },
	/* 10 */ { AND, T, X, ONE },
	/* 11 */ { UNLESS, 15, T },
	/* 12 */ { MULTIPLY, X, X, THREE },
	/* 13 */ { ADD, X, X, ONE },
	/* 14 */ { JUMP, 7 },
	/* 15 */ { HALVE, X, X },
	/* 16 */ { JUMP, 7 },
	/* 17 */ { ADD, N, N, ONE },
	/* 18 */ { JUMP, 4 },
	/* 19 */ { END },
};

static __attribute__((noinline)) u32 interpret(const struct insn *code)
{
	u32 r[REGISTERS] = { 0 };
	const struct insn *pc = code;

	for (;;) {
		const struct insn *i = pc++;

		switch ((enum op)i->op) {
		case SET: r[i->to] = constants[i->a]; break;
		case MOVE: r[i->to] = r[i->a]; break;
		case ADD: r[i->to] = r[i->a] + r[i->b]; break;
		case MULTIPLY: r[i->to] = r[i->a] * r[i->b]; break;
		case HALVE: r[i->to] = r[i->a] >> 1; break;
		case AND: r[i->to] = r[i->a] & r[i->b]; break;
		case LESS: r[i->to] = r[i->a] < r[i->b]; break;
		case JUMP: pc = code + i->to; break;
		case UNLESS:
			if (!r[i->a])
				pc = code + i->to;
			break;
		case END: return r[STEPS];
		}
	}
}

static volatile u32 result;

void work(void)
{
	result = interpret(program);
}
