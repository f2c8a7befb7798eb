'use strict';

/**
 * Loaded into a product under test before anything else (`node --require`), to make happen what no request can bring about.
 * MISHAP_CLOCK_MS sets its clock forward by so much; SIGUSR2 does what MISHAP says.
 */
const { MISHAP, MISHAP_CLOCK_MS } = process.env;

const mishaps = {
  rejection: () => void Promise.reject(new Error('a mishap nobody handles')),
  exception: () => {
    throw new Error('a mishap nobody catches');
  },
  block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000),
};

if (MISHAP !== undefined) process.on('SIGUSR2', mishaps[MISHAP]);

if (MISHAP_CLOCK_MS !== undefined) {
  const offMs = Number(MISHAP_CLOCK_MS);
  const RightDate = Date;
  globalThis.Date = class extends RightDate {
    constructor(...args) {
      super(...(args.length === 0 ? [RightDate.now() + offMs] : args));
    }

    static now() {
      return RightDate.now() + offMs;
    }
  };
}
