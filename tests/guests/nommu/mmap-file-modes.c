/* what mmap asks of the file: opened to be read, and to be written where the mapping is shared and written */
#include "nommu.h"
#define RW (PROT_READ | PROT_WRITE)
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  int both = (int)new_file("/tmp/modes", "", 0);
  SYS2(__NR_ftruncate, both, PAGE);
  int reading = (int)SYS3(__NR_open, "/tmp/modes", O_RDONLY, 0), writing = (int)SYS3(__NR_open, "/tmp/modes", O_WRONLY, 0);
  int folder = (int)SYS3(__NR_open, "/tmp", O_RDONLY, 0), ends[2];
  SYS2(__NR_pipe2, ends, 0);
  tell_address("read only, private to be written", mmap(0, PAGE, RW, MAP_PRIVATE, reading, 0));
  tell("read only, shared to be written", mmap(0, PAGE, RW, MAP_SHARED, reading, 0));
  tell_address("read only, shared", mmap(0, PAGE, PROT_READ, MAP_SHARED, reading, 0));
  tell("write only, private", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, writing, 0));
  tell("write only, shared", mmap(0, PAGE, PROT_WRITE, MAP_SHARED, writing, 0));
  tell("directory", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, folder, 0));
  tell("pipe", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0));
  tell("closed", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, 77, 0));
  return 0;
}
