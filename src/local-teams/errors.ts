/** What every error of the local Teams carries: a stable code, and a message that is one clear sentence for a person. */
export class LocalTeamsError extends Error {
  readonly code: string;

  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The port of the local Teams is taken by another program. */
export class PortInUseError extends LocalTeamsError {
  constructor(port: number, cause: unknown) {
    super(
      `Port ${String(port)} is already in use: stop the program that uses it or set LOCAL_TEAMS_PORT to another port.`,
      'LOCAL_TEAMS_PORT_IN_USE',
      { cause },
    );
  }
}

/** A setting of the local Teams cannot be used; the message names it. */
export class InvalidSettingError extends LocalTeamsError {
  constructor(message: string) {
    super(message, 'LOCAL_TEAMS_SETTING_INVALID');
  }
}

/** A package that the chat page is made of is not installed. */
export class PagePartMissingError extends LocalTeamsError {
  constructor(packageName: string) {
    super(
      `The chat page needs the npm package ${packageName}: install the development dependencies, or set LOCAL_TEAMS=off.`,
      'LOCAL_TEAMS_PAGE_PART_MISSING',
    );
  }
}

/** The state file exists but does not hold a state of the local Teams. */
export class StateFileError extends LocalTeamsError {
  constructor(path: string, cause: unknown) {
    super(
      `The chat history in ${path} cannot be read: move the file away or delete it to start with an empty chat.`,
      'LOCAL_TEAMS_STATE_UNREADABLE',
      { cause },
    );
  }
}

/** A request that cannot be served. `status` and `code` go over the wire as `{error: {code, message}}`. */
export class RequestError extends LocalTeamsError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message, code);
    this.status = status;
  }
}
