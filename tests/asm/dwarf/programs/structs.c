/* Structs, unions, bit fields, arrays and pointers to them, inside functions and outside. */
#include <stdio.h>
#include <string.h>

enum colour { RED, GREEN = 5 };
enum flag { ONE = 1, TWO = 2, FOUR = 4 };
typedef struct {
  short x, y;
} point;
struct node;
typedef int (*visitor)(const struct node *, int);
struct node {
  int value;
  char name[16];
  struct node *next;
  enum colour colour;
  enum flag flags;
  point at;
  unsigned low : 3;
  signed middle : 5;
  unsigned high : 24;
  union {
    long whole;
    unsigned char bytes[sizeof(long)];
  };
  struct {
    double part;
    _Bool yes;
  } inner;
  visitor visit;
  const char *text;
};

static int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
int zeros[64] = {0, 7};
static point corners[3] = {{1, 2}, {3, 4}, {-5, -6}};
static char line[24] = "one\ttwo\"\0019\0177";
struct node first, *head = &first;
static struct node second = { .value = 2, .name = "second", .flags = 9, .whole = 0x41424344, .inner = {0.5, 1} };
static const char *words[] = {"alpha", "beta", 0};

static int count(const struct node *node, int depth)
{
  return node ? count(node->next, depth + 1) : depth;
}

static int look(struct node *list, point where, int (*table)[3])
{
  struct node local = *list;
  point *corner = &corners[1];
  int numbers[4] = {10, 20, 30, 40};
  unsigned char raw[3] = {1, 255, 0};
  local.value += where.x + table[1][2] + numbers[3];
  return local.value + corner->y + raw[1];
}

int main(void)
{
  first.value = -1;
  strcpy(first.name, "first");
  first.next = &second;
  first.colour = GREEN;
  first.flags = ONE | FOUR;
  first.at = corners[2];
  first.low = 5;
  first.middle = -3;
  first.high = 0x123456;
  first.visit = count;
  first.text = "some text";
  printf("%d %d %s\n", look(head, corners[0], grid), count(head, 0), words[zeros[1] - 7]);
  return line[0] == 0;
}
