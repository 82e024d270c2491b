export interface SilenceWatch {
  /** Something came. */
  heard(): void;
  close(): void;
}

/** Calls `say` when nothing was heard for 30 seconds, then ever more rarely, at last every 10 minutes. Times in milliseconds. */
export function watchSilence(now: () => number, say: (heardAt: number) => void): SilenceWatch {
  let heardAt = now();
  let nextMs = patienceMs;
  const timer = setInterval(() => {
    if (now() - heardAt < nextMs) return;
    say(heardAt);
    nextMs = Math.min(nextMs * 2, nextMs + longestPauseMs);
  }, 1_000);
  return {
    heard() {
      heardAt = now();
      nextMs = patienceMs;
    },
    close: () => clearInterval(timer),
  };
}

const patienceMs = 30_000;
const longestPauseMs = 600_000;
