/** What the authority said when it refused; never its sentences, which name people and addresses. */
export interface AuthorityAnswer {
  readonly status: number;
  /** `invalid_grant`, `interaction_required`, … */
  readonly error: string | undefined;
  /** Numbers of its errors: 65001 is AADSTS65001. */
  readonly numbers: readonly number[];
  readonly correlationId: string | undefined;
  /** The claims it wants proven, if it wants any. */
  readonly hasClaims: boolean;
}

interface HttpRequest {
  abortSignal?: unknown;
}

interface HttpResponse {
  readonly status: number;
  readonly bodyAsText?: string | null;
}

/** Looks at what the authority answers to one credential, and ends its requests when their time is up. */
export class AuthorityWatch {
  readonly #signal: AbortSignal;
  #answer: AuthorityAnswer | undefined;
  #wasAsked = false;

  /** @param signal - ends every request. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The last answer that was a failure; undefined when the authority never answered with one. */
  get answer(): AuthorityAnswer | undefined {
    return this.#answer;
  }

  /** Whether anything was sent. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  /** A step of the pipeline of `@azure/identity`, which itself hands neither facts nor signals through. */
  readonly policy = {
    name: 'confer-authority-watch',
    sendRequest: async <Request extends HttpRequest, Response extends HttpResponse>(
      request: Request,
      next: (request: Request) => Promise<Response>,
    ): Promise<Response> => {
      this.#wasAsked = true;
      this.#answer = undefined;
      request.abortSignal = this.#signal;
      const response = await next(request);
      if (response.status >= 400) this.#answer = answerOf(response.status, response.bodyAsText ?? '');
      return response;
    },
  };
}

/** Source: Entra, "Microsoft identity platform error codes", "Error response". */
function answerOf(status: number, text: string): AuthorityAnswer {
  const body = parse(text);
  const codes: readonly unknown[] = Array.isArray(body.error_codes) ? body.error_codes : [];
  const named = /^AADSTS(\d+)/u.exec(asText(body.error_description) ?? '')?.[1];
  const numbers = codes.filter((code) => typeof code === 'number');
  return {
    status,
    error: wordOf(body.error),
    numbers: numbers.length > 0 || named === undefined ? numbers : [Number(named)],
    correlationId: wordOf(body.correlation_id),
    hasClaims: asText(body.claims) !== undefined,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A code or an id; anything else is not for the log. */
function wordOf(value: unknown): string | undefined {
  const text = asText(value);
  return text !== undefined && /^[\w-]{1,64}$/u.test(text) ? text : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
