/** One invalid input of a request, as `parameters` of a 400 lists it. */
export interface ParameterProblem {
  readonly name: string;
  readonly reason: string;
}

/** The `code` that goes with a status. Source: Skype/UCWA/GenericSynchronousErrors.md. */
const codes: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'EntityTooLarge',
  415: 'UnsupportedMediaType',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  500: 'ServiceFailure',
  501: 'NotImplemented',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/**
 * A request that the UCWA application refuses: becomes a body of code, subcode, message and parameters.
 * Source: Skype/UCWA/ErrorsAndInformationalMessages.md.
 */
export class UcwaProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly subcode: string | undefined;
  readonly parameters: readonly ParameterProblem[];

  constructor(status: number, subcode: string | undefined, details: Partial<ProblemDetails> = {}) {
    super(details.message ?? 'Please check what you entered and try again.');
    this.name = 'UcwaProblem';
    this.status = status;
    this.code = codes[status] ?? 'ServiceFailure';
    this.subcode = subcode;
    this.parameters = details.parameters ?? [];
  }
}

interface ProblemDetails {
  readonly message: string;
  readonly parameters: readonly ParameterProblem[];
}

/**
 * A refusal by what stands before the application (web ticket layer, web server): an HTML page and headers, no UCWA body.
 */
export class WebServerProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string | string[]>> = {}) {
    super(message);
    this.name = 'WebServerProblem';
    this.status = status;
    this.headers = headers;
  }
}

/** 400 naming each bad input. */
export function invalidParameters(...parameters: readonly ParameterProblem[]): UcwaProblem {
  return new UcwaProblem(400, 'ParameterValidationFailure', { parameters });
}

/** 404 of anything below an application that is not there any more, or never was. */
export function applicationNotFound(): UcwaProblem {
  return new UcwaProblem(404, 'ApplicationNotFound', {
    message: 'An error occurred. Please retry. If the problem persists, contact your support team.',
  });
}

/** 410 of a pool that is failing over. Source: Skype/UCWA/GenericSynchronousErrors.md. */
export function cannotRedirect(): UcwaProblem {
  return new UcwaProblem(410, 'CannotRedirect', { message: 'There is no backup pool configured.' });
}

/** 404 of a resource inside a living application. */
export function notFound(what: string, subcode?: string): UcwaProblem {
  return new UcwaProblem(404, subcode, { message: `${what} could not be found.` });
}

/** 409 with a subcode of its own. */
export function conflict(subcode: string, message: string): UcwaProblem {
  return new UcwaProblem(409, subcode, { message });
}

/** 403 of the application; the person is known, the wish is refused. */
export function forbidden(subcode: string, message: string): UcwaProblem {
  return new UcwaProblem(403, subcode, { message });
}

/** 501 for a part of UCWA that this simulator does not have; the message names it. */
export function notSimulated(what: string): UcwaProblem {
  return new UcwaProblem(501, undefined, { message: `This simulator does not implement ${what}.` });
}
