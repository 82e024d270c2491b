import type { EventReader } from '../../model/event.ts';

/** Prints nothing: for commands whose only output is a document. */
export const silentReader: EventReader = {
  read: () => undefined,
  congestion: () => undefined,
  close: async () => undefined,
};
