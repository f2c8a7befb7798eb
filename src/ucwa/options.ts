/** Where the server is: found from a SIP domain, or a given discovery root. */
export type UcwaServer =
  | {
      readonly kind: 'domain';
      readonly sipDomain: string;
      /** Also try `http://` discovery after `https://`; its only use is to be sent on to https. */
      readonly allowHttpDiscovery?: boolean;
    }
  | {
      readonly kind: 'root';
      readonly rootUrl: string;
      /** Links may lead to this domain and its sub-domains; without it only to the root's own host. */
      readonly sipDomain?: string;
    };

/** One request about to be sent. `url` never carries a query. */
export interface RequestInfo {
  readonly method: string;
  readonly url: string;
}

/** One answer. */
export interface ResponseInfo extends RequestInfo {
  readonly status: number;
  readonly elapsedMs: number;
  readonly correlationId?: string;
}

/** One repetition that is about to happen after `delayMs`. */
export interface RetryInfo extends RequestInfo {
  /** The number of the try that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  /** The `code` of the error that caused it. */
  readonly reason: string;
}

/** One package of the event channel, as `rel type` pairs: `conversation updated`. */
export interface EventsInfo {
  readonly events: readonly string[];
}

/** A change of the session's state. */
export interface StateInfo {
  readonly state: 'signing-in' | 'running' | 'resync' | 'resume' | 'application-lost' | 'event-channel-lost' | 'closed';
  /** The `code` of the error that caused it, if one did. */
  readonly reason?: string;
}

/** Observers for logging and metrics. None of them ever receives a secret. They must not throw. */
export interface UcwaHooks {
  readonly onRequest?: (info: RequestInfo) => void;
  readonly onResponse?: (info: ResponseInfo) => void;
  readonly onRetry?: (info: RetryInfo) => void;
  readonly onEvents?: (info: EventsInfo) => void;
  readonly onState?: (info: StateInfo) => void;
}

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface UcwaClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is needed to reach a server, without an identity. */
export interface UcwaConnectionOptions {
  readonly server: UcwaServer;
  /** Besides the SIP domain: domains links may lead to (with their sub-domains), and ports other than 443. */
  readonly trust?: { readonly allowedDomains?: readonly string[]; readonly allowedPorts?: readonly number[] };
  /** `ca`: PEM of a private certificate authority, added to the system's. */
  readonly tls?: { readonly ca?: string };
  readonly timeouts?: {
    /** Limit of one request, in milliseconds; default 20 000. */
    readonly requestMs?: number;
    /** Limit of one call of this client including its retries, in milliseconds; default 60 000. */
    readonly operationMs?: number;
  };
  readonly hooks?: UcwaHooks;
  readonly clock?: UcwaClock;
}

/** One way to sign in. */
export type UcwaCredentials = PasswordCredentials;

/** A user name and its password. `password` is asked for whenever a token is needed, and its answer is not kept. */
export interface PasswordCredentials {
  readonly kind: 'password';
  readonly username: string;
  readonly password: (signal: AbortSignal) => Promise<string>;
}

/** What an application says of itself. Source: Skype/UCWA/applications_ref.md, "POST". */
export interface UcwaApplicationIdentity {
  readonly userAgent: string;
  /** Unique among this user's running clients, at most 100 characters; keep it per installation. */
  readonly endpointId: string;
  readonly culture: string;
}

/** How resources are written on the wire. Source: Skype/UCWA/PayloadFormat.md. */
export type UcwaFormat = 'json' | 'xml';

/** Everything an account needs. */
export interface UcwaAccountOptions extends UcwaConnectionOptions {
  /**
   * The format asked for and sent inside the application, its event channel included; default `json`. Discovery and
   * sign-in always use JSON, because the same addresses have an older XML of their own.
   */
  readonly format?: UcwaFormat;
  readonly credentials: UcwaCredentials;
  readonly application: UcwaApplicationIdentity;
}
