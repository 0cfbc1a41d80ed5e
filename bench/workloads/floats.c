/* Floating point in double precision: five bodies that attract each other, 200,000 steps. x87 on i386, SSE2, VFP. */
#include "start.h"

#define BODIES 5

struct body {
	double at[3], speed[3], mass;
};

static struct body bodies[BODIES];

static double root(double x)
{
	return __builtin_sqrt(x);
}

static void advance(double dt)
{
	for (int i = 0; i < BODIES; i++) {
		struct body *a = &bodies[i];
		for (int j = i + 1; j < BODIES; j++) {
			struct body *b = &bodies[j];
			double x = a->at[0] - b->at[0], y = a->at[1] - b->at[1], z = a->at[2] - b->at[2];
			double square = x * x + y * y + z * z;
			double force = dt / (square * root(square));
			a->speed[0] -= x * b->mass * force;
			a->speed[1] -= y * b->mass * force;
			a->speed[2] -= z * b->mass * force;
			b->speed[0] += x * a->mass * force;
			b->speed[1] += y * a->mass * force;
			b->speed[2] += z * a->mass * force;
		}
	}
	for (int i = 0; i < BODIES; i++)
		for (int axis = 0; axis < 3; axis++)
			bodies[i].at[axis] += dt * bodies[i].speed[axis];
}

void work(void)
{
	for (int i = 0; i < BODIES; i++) {
		for (int axis = 0; axis < 3; axis++) {
			bodies[i].at[axis] = (i + 1) * (axis + 2) * (i & 1 ? 1.5 : -2.5);
			bodies[i].speed[axis] = (axis - 1) * 0.25;
		}
		bodies[i].mass = 1.0 / (i + 1);
	}
	for (int step = 0; step < 200000; step++)
		advance(0.001);
}
