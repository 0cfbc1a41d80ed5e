/* A barrier lets all through at once and names one; a rwlock lets readers in together and a writer alone; once is once; keys have destructors. */
#include "threads.h"
static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static volatile int most;
static int serial, before, late, inits, destroyed, readers, value, torn;
#define ADD(n) __atomic_add_fetch(&(n), 1, __ATOMIC_SEQ_CST)
static void init(void) { inits++; }
static void destroy(void *what) { destroyed += (int)(intptr_t)what; }
static void *meets(void *unused) {
  pthread_once(&once, init);
  for (int i = 0; i < 10; i++) {
    ADD(before);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ADD(serial);
    if (before < (i + 1) * 5) ADD(late);
    pthread_barrier_wait(&barrier);
  }
  return unused;
}
static void *reads(void *unused) {
  for (int i = 0; i < 50; i++) {
    pthread_rwlock_rdlock(&rwlock);
    int now = __atomic_add_fetch(&readers, 1, __ATOMIC_SEQ_CST);
    if (now > most) most = now;
    if (value % 2) ADD(torn);
    while (most < 2) usleep(100);
    usleep(100);
    __atomic_sub_fetch(&readers, 1, __ATOMIC_SEQ_CST);
    pthread_rwlock_unlock(&rwlock);
  }
  return unused;
}
static void *writes(void *unused) {
  for (int i = 0; i < 50; i++) {
    pthread_rwlock_wrlock(&rwlock);
    if (readers) ADD(torn);
    value++;
    sched_yield();
    value++;
    pthread_rwlock_unlock(&rwlock);
    usleep(100);
  }
  return unused;
}
static void *keeps(void *what) {
  pthread_setspecific(key, what);
  return 0;
}
int main(void) {
  pthread_t threads[5];
  pthread_barrier_init(&barrier, 0, 5);
  for (int i = 0; i < 5; i++) threads[i] = start(meets, 0);
  for (int i = 0; i < 5; i++) pthread_join(threads[i], 0);
  say("named %d, late %d, initialised %d", serial, late, inits);
  for (int i = 0; i < 5; i++) threads[i] = start(i == 0 ? writes : reads, 0);
  for (int i = 0; i < 5; i++) pthread_join(threads[i], 0);
  say("together %d, torn %d, value %d", most > 1, torn, value);
  pthread_key_create(&key, destroy);
  for (intptr_t i = 1; i < 5; i++) pthread_join(start(keeps, (void *)i), 0);
  say("destroyed %d", destroyed);
  return 0;
}
