/* floating-point registers survive a handler that uses them, and a handler starts with fresh control words */
#include "../guest.h"
#include <fenv.h>
#include <math.h>

static volatile double sink;

static void on_signal(int signo) {
#if defined(__x86_64__) || defined(__i386__)
  unsigned short control, status;
  unsigned mxcsr;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  __asm__ volatile("fnstsw %0" : "=m"(status));
  __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
  say("handler of %d: control %#x status %#x mxcsr %#x", signo, control, status, mxcsr);
#else
  say("handler of %d", signo);
#endif
  double x = signo;
  for (int i = 0; i < 10; i++) x = x * 1.5 + i / 3.0;
  sink = x;
}

int main(void) {
  signal(SIGUSR1, on_signal);
#if defined(__x86_64__) || defined(__i386__)
  int pid = getpid();
  unsigned short control = 0x0f7f, seen_control, status;
  unsigned mxcsr = 0x9fc0, seen_mxcsr;
  long double st[3] = {0};
  float out[8] __attribute__((aligned(16))), in[8] __attribute__((aligned(16))) = {1, 2, 3, 4, 5, 6, 7, 8};
  long result;
  __asm__ volatile("fninit\n\tfldcw %[cw]\n\tldmxcsr %[mx]\n\tfldpi\n\tfldl2e\n\tfld1\n\t"
                   "movaps %[in0], %%xmm0\n\tmovaps %[in1], %%xmm7\n\t"
#ifdef __x86_64__
                   "syscall\n\t"
#else
                   "int $0x80\n\t"
#endif
                   "movaps %%xmm0, %[out0]\n\tmovaps %%xmm7, %[out1]\n\tfnstsw %[sw]\n\tfnstcw %[scw]\n\tstmxcsr %[smx]\n\t"
                   "fstpt %[s0]\n\tfstpt %[s1]\n\tfstpt %[s2]"
                   : "=a"(result), [out0] "=m"(*(float(*)[4])out), [out1] "=m"(*(float(*)[4])(out + 4)), [sw] "=m"(status),
                     [scw] "=m"(seen_control), [smx] "=m"(seen_mxcsr), [s0] "=m"(st[0]), [s1] "=m"(st[1]), [s2] "=m"(st[2])
                   : "0"((long)SYS_kill),
#ifdef __x86_64__
                     "D"((long)pid), "S"((long)SIGUSR1),
#else
                     "b"(pid), "c"(SIGUSR1),
#endif
                     [cw] "m"(control), [mx] "m"(mxcsr), [in0] "m"(*(float(*)[4])in), [in1] "m"(*(float(*)[4])(in + 4))
                   : "memory"
#ifdef __x86_64__
                   , "rcx", "r11", "xmm0", "xmm7"
#endif
  );
  __asm__ volatile("fninit\n\tldmxcsr %0" : : "m"((unsigned){0x1f80}));
  say("kill %ld, control %#x status %#x mxcsr %#x", result, seen_control, status, seen_mxcsr);
  say("st %.15Lg %.15Lg %.15Lg", st[0], st[1], st[2]);
  say("xmm %g %g %g %g %g %g %g %g", out[0], out[1], out[2], out[3], out[4], out[5], out[6], out[7]);
#else
  double in[4] = {1, 2, 3, 4}, out[4];
  unsigned fpscr = 0xf0c00000, seen;
  register long r0 __asm__("r0") = getpid();
  register long r1 __asm__("r1") = SIGUSR1;
  register long r7 __asm__("r7") = SYS_kill;
  __asm__ volatile("vldmia %[in], {d4-d7}\n\tvmsr fpscr, %[fpscr]\n\tsvc #0\n\tvstmia %[out], {d4-d7}\n\tvmrs %[seen], fpscr"
                   : "+r"(r0), [seen] "=&r"(seen)
                   : "r"(r1), "r"(r7), [in] "r"(in), [out] "r"(out), [fpscr] "r"(fpscr)
                   : "memory", "d4", "d5", "d6", "d7");
  fpscr = 0;
  __asm__ volatile("vmsr fpscr, %0" : : "r"(fpscr));
  say("kill %ld, fpscr %#x, d %g %g %g %g", r0, seen, out[0], out[1], out[2], out[3]);
#endif
  double a = 1.25, b = 2.5, c = -3.75;
  for (int i = 0; i < 3; i++) {
    a = a * 1.5 + b;
    kill(getpid(), SIGUSR1);
    b = b - c / a;
  }
  say("a %.10g b %.10g c %.10g", a, b, c);
}
