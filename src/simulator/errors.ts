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

/** A scenario file says something that the simulator does not understand; each problem is one sentence with a path. */
export class SimulatorScenarioError extends Error {
  readonly code = 'SIMULATOR_SCENARIO';
  readonly problems: readonly string[];

  /** `source`: what to call it, such as the name of its file. */
  constructor(problems: readonly string[], source = 'The scenario') {
    super(`${source} cannot be played:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SimulatorScenarioError';
    this.problems = problems;
  }
}

/** A command line or environment that cannot be followed; the message is the one sentence to print. */
export class SimulatorUsageError extends Error {
  readonly code = 'SIMULATOR_USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'SimulatorUsageError';
  }
}
