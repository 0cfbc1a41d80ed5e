/* Nothing: what the start and end of a process take. */
#include "start.h"

void work(void)
{
}
