/*
 * victim ROUNDS MILLISECONDS: prints a line "ROUND DIGEST" each so many milliseconds. Whether its digests are right can be
 * told, and so whether it was hurt. It has the mark `round`, of each round, with the number of the round and a value.
 *
 * -DREBUILT: the same, as if built from a later source. Its code has moved by eight bytes: where the mark was there is now
 * a byte of the number in the instruction before. And where the counter of the mark's users was there is now the key.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

#define COUNTER __attribute__((section(".probes")))
#ifdef REBUILT
volatile uint16_t key COUNTER = 0x5a5a;
uint16_t victim_round_semaphore COUNTER;
#else
uint16_t victim_round_semaphore COUNTER;
volatile uint16_t key COUNTER = 0x5a5a;
#endif

static __attribute__((noinline)) uint64_t digest(uint64_t round) {
  uint64_t value = round * 6364136223846793005u;
#ifdef REBUILT
  __asm__ volatile(".skip 8, 0x90");
#endif
  /* Thirteen bytes, the number the third to tenth of them: each a nop, for a kernel that decodes what it breaks. */
  __asm__ volatile("movabsq $0x9090909090909090, %%rax\n\txorq %%rax, %0" : "+r"(value) : : "rax", "cc");
  STAP_PROBE2(victim, round, round, value);
  return value ^ key;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  uint64_t rounds = strtoull(arguments[1], NULL, 10);
  useconds_t pause = 1000 * atoi(arguments[2]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (uint64_t round = 1; round <= rounds; round++) {
    printf("%lu %016lx\n", round, digest(round));
    usleep(pause);
  }
  return 0;
}
