import type { CreationGuard } from '../../src/shared/creation-guard';

/** Nothing was tried before, and nothing has to be written down. */
export const freeGuard: CreationGuard = {
  marker: 'ref 0000-0000-0000-0000-0000',
  sentAgoMs: undefined,
  askedAgoMs: 0,
  isOpen: false,
  aboutToSend: async () => Promise.resolve(),
  refused: async () => Promise.resolve(),
  made: async () => Promise.resolve(),
};
