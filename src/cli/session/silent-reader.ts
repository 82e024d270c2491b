import type { EventReader } from '../../model/event.ts';

/** Where a document is the only output. */
export const silentReader: EventReader = {
  read: () => undefined,
  congestion: () => undefined,
  close: async () => undefined,
};
