import type { SupervisorReport } from './supervisor-report.ts';

/** When a script was live, armed and at its end, as it is heard here. All times are in seconds. */
export interface Arming {
  /** Looks at a report that has changed. */
  look(report: SupervisorReport): void;
  /** For how long it traced; undefined if its probes were never armed. */
  traced(report: SupervisorReport): number | undefined;
}

/**
 * Learns from a supervisor's report when a script's probes are armed, and hands that on once. A staprun that tells nothing of
 * itself is taken to be done with it when the module is live.
 */
export function followArming(handOn: {
  readonly onLoaded: () => void;
  readonly onArmed: (seconds: number) => void;
}): Arming {
  let loadedAt: number | undefined;
  let armedAt: number | undefined;
  let endedAt: number | undefined;
  return {
    look(report) {
      const { loaded, signs } = report;
      const isArmed = signs.speaks ? signs.registered === 0 : loaded;
      // The watch over the module looks only now and then: it may be armed first.
      if (loadedAt === undefined && (loaded || isArmed)) {
        loadedAt = performance.now();
        handOn.onLoaded();
      }
      if (isArmed && armedAt === undefined) {
        armedAt = performance.now();
        handOn.onArmed(toSeconds(armedAt - (loadedAt ?? armedAt)));
      }
      if (signs.asksToExit || signs.hasEnded || report.ended !== undefined) endedAt ??= performance.now();
    },
    traced(report) {
      // Told to stop before it was armed, it is armed all the same by then, and ends at once.
      const cameTooLate = report.signs.speaks && report.stopping !== undefined && report.traced === undefined;
      if (armedAt === undefined || cameTooLate) return undefined;
      // The host's own measure, where it has stopped the script: lines may take their time to come here.
      // A script that exits in its `begin` asks for its end before it is armed.
      return report.traced ?? toSeconds(Math.max(0, (endedAt ?? performance.now()) - armedAt));
    },
  };
}

/** To hundredths. */
function toSeconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
