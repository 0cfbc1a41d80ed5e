/* calls about pages are not there without an MMU */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *at = anonymous(2 * PAGE), vector[2];
  tell("mprotect", SYS3(__NR_mprotect, at, PAGE, PROT_READ));
  tell("mprotect of nothing", SYS3(__NR_mprotect, 1, 0, 0));
  tell("msync", SYS3(__NR_msync, at, PAGE, MS_SYNC));
  tell("mlock", SYS2(__NR_mlock, at, PAGE));
  tell("munlock", SYS2(__NR_munlock, at, PAGE));
  tell("mlockall", SYS1(__NR_mlockall, MCL_CURRENT));
  tell("munlockall", SYS0(__NR_munlockall));
  tell("mlock2", SYS3(__NR_mlock2, at, PAGE, 0));
  tell("mincore", SYS3(__NR_mincore, at, PAGE, vector));
  tell("madvise", SYS3(__NR_madvise, at, PAGE, MADV_DONTNEED));
  tell("remap_file_pages", SYS5(__NR_remap_file_pages, at, PAGE, 0, 0, 0));
  tell("process_vm_readv", SYS6(__NR_process_vm_readv, SYS0(__NR_getpid), 0, 0, 0, 0, 0));
  tell("memfd_create", SYS2(__NR_memfd_create, "m", 0));
  tell("pkey_mprotect", SYS4(__NR_pkey_mprotect, at, PAGE, PROT_READ, -1));
  tell("userfaultfd", SYS1(__NR_userfaultfd, 0));
  tell("membarrier query", SYS3(__NR_membarrier, 0, 0, 0) > 0);
  tell("munmap", SYS2(__NR_munmap, at, 2 * PAGE));
  return 0;
}
