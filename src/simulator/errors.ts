/** The simulator could not start listening; the message is one sentence for whoever started it. */
export class SimulatorStartError extends Error {
  readonly code: 'SIMULATOR_PORT_IN_USE' | 'SIMULATOR_LISTEN_FAILED';

  constructor(code: SimulatorStartError['code'], message: string) {
    super(message);
    this.name = 'SimulatorStartError';
    this.code = code;
  }
}

/** A company, state file or option contradicts itself; the message says which. */
export class SimulatorStateError extends Error {
  readonly code = 'SIMULATOR_STATE';

  constructor(message: string) {
    super(message);
    this.name = 'SimulatorStateError';
  }
}
