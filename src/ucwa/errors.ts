import type { Diagnostics } from './diagnostics';

/** Facts about a failed exchange that are safe to log: never a header value, a body or a URL query. */
export interface UcwaErrorFacts {
  readonly status?: number | undefined;
  readonly subcode?: string | undefined;
  readonly diagnostics?: Diagnostics | undefined;
  /** The server's own sentence, in the application's culture: may be shown, must not be parsed. */
  readonly serverMessage?: string | undefined;
  readonly correlationId?: string | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Base of everything this client throws on purpose. A cancelled call throws the signal's own reason instead.
 *
 * `code` is stable: the server's code where it sent one (`NotFound`), a dotted name of ours otherwise (`transport.timeout`).
 */
export abstract class UcwaError extends Error {
  abstract readonly code: string;
  readonly status: number | undefined;
  readonly subcode: string | undefined;
  readonly diagnostics: Diagnostics | undefined;
  readonly serverMessage: string | undefined;
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: UcwaErrorFacts = {}) {
    super(message);
    this.name = new.target.name;
    this.status = facts.status;
    this.subcode = facts.subcode;
    this.diagnostics = facts.diagnostics;
    this.serverMessage = facts.serverMessage;
    this.correlationId = facts.correlationId;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** One input the server refused (400 only). */
export interface InvalidParameter {
  readonly name: string;
  readonly reason: string;
}

/** The server answered, with a failure. Source: Skype/UCWA/ErrorsAndInformationalMessages.md, "Error response body". */
export class UcwaResponseError extends UcwaError {
  readonly code: string;
  readonly parameters: readonly InvalidParameter[];

  constructor(
    request: string,
    facts: UcwaErrorFacts & { readonly code: string; readonly parameters?: readonly InvalidParameter[] },
  ) {
    const subcode = facts.subcode === undefined ? '' : `/${facts.subcode}`;
    super(`${request}: answered ${String(facts.status)} ${facts.code}${subcode}`, facts);
    this.code = facts.code;
    this.parameters = facts.parameters ?? [];
  }
}

/** 404: the resource is not there, or not for this user. */
export class UcwaNotFoundError extends UcwaResponseError {}

/** 412: the resource changed since its etag was read. Nothing was written. */
export class UcwaPreconditionFailedError extends UcwaResponseError {}

/**
 * Something between us and the server answered: HTML, a redirect, an unexpected content type.
 * Only status and headers mean anything; the body is never shown, logged or kept.
 */
export class UcwaProxyAnswerError extends UcwaResponseError {}

/** The server says JSON (or XML) but the body cannot be read as what it should be. */
export class UcwaProtocolError extends UcwaError {
  readonly code = 'protocol.unreadable';
}

/** Why no usable answer arrived. */
export type TransportFailureKind =
  'refused' | 'dns' | 'unreachable' | 'tls' | 'timeout' | 'reset' | 'too-large' | 'unknown';

/**
 * No usable answer arrived.
 *
 * `ambiguous` is true when the request may have reached the server and been executed; `networkCode` is Node's
 * error code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`, …). The library's own error is dropped: it holds the headers.
 */
export class UcwaTransportError extends UcwaError {
  readonly code: string;
  readonly kind: TransportFailureKind;
  readonly ambiguous: boolean;
  readonly networkCode: string;

  constructor(request: string, failure: { kind: TransportFailureKind; ambiguous: boolean; networkCode: string }) {
    super(`${request}: no answer (${failure.networkCode})`);
    this.code = `transport.${failure.kind}`;
    this.kind = failure.kind;
    this.ambiguous = failure.ambiguous;
    this.networkCode = failure.networkCode;
  }
}

/**
 * Nothing was sent: the server failed so often in a row that it is left alone for a while. `retryAfterMs` says how long; 0
 * means that the next request but a P-GET will try it. `lastFailure` is the code of the failure that did it, `status` its
 * status where the server answered.
 */
export class UcwaCircuitOpenError extends UcwaError {
  readonly code = 'circuit.open';
  readonly lastFailure: string;

  constructor(
    origin: string,
    facts: { readonly retryAfterMs: number; readonly lastFailure: string; readonly status?: number | undefined },
  ) {
    super(`Nothing was sent to ${origin}: it failed too often in a row (${facts.lastFailure})`, facts);
    this.lastFailure = facts.lastFailure;
  }
}

/** What went wrong while proving who we are. */
export type AuthenticationFailureReason =
  'invalid_grant' | 'challenge-missing' | 'grant-not-offered' | 'token-refused' | 'token-endpoint' | 'token-unusable';

/**
 * Sign-in failed.
 *
 * - `invalid_grant`: wrong credentials. A password is remembered and not posted again, because repeated tries lock the
 *   account; for a guest the conference is unknown or its key is wrong.
 * - `grant-not-offered`: none of the ways that the caller gave is open; the message names wanted and offered ones, and
 *   `offeredGrants` lists the grants of the token endpoint as the server spells them.
 * - `challenge-missing`: the server names no way to sign in. `token-endpoint`: it failed.
 * - `token-refused`: a new token is refused too. `token-unusable`: the caller's callback gave none in
 *   time, or none that can be sent.
 */
export class UcwaAuthenticationError extends UcwaError {
  readonly code: string;
  readonly reason: AuthenticationFailureReason;
  readonly offeredGrants: readonly string[];

  constructor(
    reason: AuthenticationFailureReason,
    message: string,
    facts: UcwaErrorFacts & { readonly offeredGrants?: readonly string[] } = {},
  ) {
    super(message, facts);
    this.code = `authentication.${reason.replace('_', '-')}`;
    this.reason = reason;
    this.offeredGrants = facts.offeredGrants ?? [];
  }
}

/** One URL tried while discovering, and what came of it. */
export interface DiscoveryAttempt {
  readonly url: string;
  readonly outcome: 'ok' | 'redirect' | 'failed';
  /** One clause for people: `answered 404`, `certificate has expired`, `redirects to https://…`. */
  readonly detail: string;
  readonly status?: number;
  /** Node's error code when there was no answer. */
  readonly networkCode?: string;
  /** The server's `Date` header, for judging clock skew. */
  readonly serverDate?: Date;
}

/** No discovery URL led to a UCWA `user` resource. `attempts` says what each of them answered. */
export class UcwaDiscoveryError extends UcwaError {
  readonly code = 'discovery.failed';
  readonly attempts: readonly DiscoveryAttempt[];

  constructor(message: string, attempts: readonly DiscoveryAttempt[]) {
    super(`${message}${attempts.map((attempt) => `; ${attempt.url}: ${attempt.detail}`).join('')}`);
    this.attempts = attempts;
  }
}

/** A link points to where this client must not go. Nothing was sent there. */
export class UntrustedLinkError extends UcwaError {
  readonly code = 'link.untrusted';
  readonly host: string;

  constructor(host: string, reason: string) {
    super(`Refused a link to ${host}: ${reason}`);
    this.host = host;
  }
}

/** A creating request may or may not have been executed, and looking did not settle it. Repeating it may double it. */
export class UcwaUnknownOutcomeError extends UcwaError {
  readonly code = 'outcome.unknown';
}

/** An operation (start, join) ended without success; `code` and `subcode` are the server's reason. */
export class UcwaOperationFailedError extends UcwaError {
  readonly code: string;

  constructor(
    operation: string,
    reason: { readonly code: string; readonly subcode?: string; readonly message?: string },
  ) {
    const subcode = reason.subcode === undefined ? '' : `/${reason.subcode}`;
    super(`${operation} failed: ${reason.code}${subcode}`, { subcode: reason.subcode, serverMessage: reason.message });
    this.code = reason.code;
  }
}

/** The user may not do this here: the server offers no such link. `feature` names what is missing. */
export class UcwaNotEnabledError extends UcwaError {
  readonly code = 'not-enabled';
  readonly feature: 'ucwa' | 'scheduling' | 'conversations';

  constructor(feature: 'ucwa' | 'scheduling' | 'conversations', message: string, facts: UcwaErrorFacts = {}) {
    super(message, facts);
    this.feature = feature;
  }
}

/**
 * The server offers no such link here and now: we lack the right, or it makes no sense in this state. Nothing was done.
 * `action` is the relation of the link that is missing.
 */
export class UcwaActionUnavailableError extends UcwaError {
  readonly code = 'action.unavailable';
  readonly action: string;

  constructor(action: string, facts: UcwaErrorFacts = {}) {
    super(`The server does not offer "${action}" here and now`, facts);
    this.action = action;
  }
}

/** The conversation is over: we left, were removed, the meeting ended, or the session was reset. */
export class UcwaConversationEndedError extends UcwaError {
  readonly code = 'conversation.ended';
  readonly reason: string;

  constructor(reason: string) {
    super(`The conversation has ended (${reason})`, { subcode: reason });
    this.reason = reason;
  }
}

/** Another process polls the event channel of our application: two clients use one endpointId. */
export class EventChannelTakenError extends UcwaError {
  readonly code = 'event-channel.taken';

  constructor() {
    super('Another process took over the event channel: each process needs its own endpointId');
  }
}

/** The application was ended by the server and is not made anew by itself (410, or lost too often). */
export class UcwaApplicationGoneError extends UcwaError {
  readonly code = 'application.gone';
}

/** The account object was closed; make a new one. */
export class UcwaClosedError extends UcwaError {
  readonly code = 'account.closed';

  constructor() {
    super('This UCWA account object is closed');
  }
}
