import type { AddressLookup } from './addresses';

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

/** One request. */
export interface RequestInfo {
  /** Links everything that is told about one request; its repetitions have the same. */
  readonly id: string;
  /** Number of the try, from 1. */
  readonly attempt: number;
  readonly method: string;
  /** Without query; whatever in the path may be an id, a name or a key is `*`. */
  readonly url: string;
}

/** One request that waits because so many others to the same server are under way. */
export interface QueuedInfo extends RequestInfo {
  /** How many wait, this one included. */
  readonly waiting: number;
}

/** One answer. */
export interface ResponseInfo extends RequestInfo {
  readonly status: number;
  readonly elapsedMs: number;
  readonly correlationId?: string;
}

/** One request that ended without an answer, or was never sent. */
export interface FailureInfo extends RequestInfo {
  readonly elapsedMs: number;
  /** The `code` of the error: `transport.refused`, `circuit.open`; `aborted` when the caller gave up. */
  readonly code: string;
  /** Node's error code, where there is one. */
  readonly networkCode?: string;
  /** Whether the server may have executed it. */
  readonly ambiguous: boolean;
}

/** One repetition that is about to happen after `delayMs`; `attempt` is the try that failed. */
export interface RetryInfo extends RequestInfo {
  readonly delayMs: number;
  /** The `code` of the error that caused it. */
  readonly reason: string;
}

/** One package of the event channel, as `rel type` pairs: `conversation updated`. */
export interface EventsInfo {
  /** The `id` of the P-GET that brought it. */
  readonly id: string;
  readonly events: readonly string[];
}

/** A change of the session's state. */
export interface StateInfo {
  readonly state: 'signing-in' | 'running' | 'resync' | 'resume' | 'application-lost' | 'event-channel-lost' | 'closed';
  /** The `code` of the error that caused it, if one did. */
  readonly reason?: string;
}

/** A server is left alone (`open`), tried with one request (`half-open`), or used as always again (`closed`). */
export interface BreakerInfo {
  readonly origin: string;
  readonly state: 'open' | 'half-open' | 'closed';
  /** When it opens: for how long. */
  readonly retryAfterMs?: number;
  /** When it opens: the `code` of the failure that did it. */
  readonly reason?: string;
}

/** Observers for logging and metrics. None of them ever receives a secret. They must not throw. */
export interface UcwaHooks {
  readonly onQueued?: (info: QueuedInfo) => void;
  readonly onRequest?: (info: RequestInfo) => void;
  readonly onResponse?: (info: ResponseInfo) => void;
  readonly onFailure?: (info: FailureInfo) => void;
  readonly onRetry?: (info: RetryInfo) => void;
  readonly onEvents?: (info: EventsInfo) => void;
  readonly onState?: (info: StateInfo) => void;
  readonly onBreaker?: (info: BreakerInfo) => void;
}

/**
 * How much one server is asked to bear. All accounts of a process share what is counted here; where they differ, those of
 * the account count that came first.
 */
export interface UcwaLimits {
  /** Requests under way at a time, P-GETs not counted; default 16. */
  readonly parallelRequests?: number;
  /** Requests of discovery and sign-in under way at a time; default 8. */
  readonly parallelSignIns?: number;
  /** Failures in a row (no answer, or 503) after which nothing is sent for a while; default 10. */
  readonly breakerFailures?: number;
  /** How long that while is, in milliseconds; default 30 000. */
  readonly breakerOpenMs?: number;
}

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface UcwaClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is needed to reach a server, without an identity. */
export interface UcwaConnectionOptions {
  readonly server: UcwaServer;
  /** What is trusted besides the SIP domain and the root. */
  readonly trust?: {
    /** Domains links may lead to, with their sub-domains. */
    readonly allowedDomains?: readonly string[];
    /** Ports other than 443. */
    readonly allowedPorts?: readonly number[];
    /** Addresses and ranges (`127.0.0.0/8`) that names of servers may have although they lead to this machine or its link. */
    readonly allowedAddresses?: readonly string[];
  };
  /** How names become addresses; default `dns.lookup`. */
  readonly lookup?: AddressLookup;
  /** `ca`: PEM of a private certificate authority, added to the system's. */
  readonly tls?: { readonly ca?: string };
  readonly timeouts?: {
    /** Limit of one request, in milliseconds; default 20 000. */
    readonly requestMs?: number;
    /** Limit of one call of this client including its retries, in milliseconds; default 60 000. */
    readonly operationMs?: number;
  };
  readonly limits?: UcwaLimits;
  readonly hooks?: UcwaHooks;
  readonly clock?: UcwaClock;
}

/** One way to sign in. An account is given one, or several in order of preference. */
export type UcwaCredentials = PasswordCredentials | ModernCredentials | AnonymousCredentials;

/** A user name and its password. `password` is asked for whenever a ticket is needed, and its answer is not kept. */
export interface PasswordCredentials {
  readonly kind: 'password';
  readonly username: string;
  readonly password: (signal: AbortSignal) => Promise<string>;
}

/**
 * Modern authentication: access tokens of an authority (Entra ID, AD FS), one for each UCWA host.
 * Source: Skype/UCWA/AuthenticationUsingAzureAD.md.
 */
export interface ModernCredentials {
  readonly kind: 'modern';
  /** Gets a token from the authority. What it throws reaches the caller of the account unchanged. */
  readonly token: (request: ModernTokenRequest, signal: AbortSignal) => Promise<ModernToken>;
}

/** The access token that is needed. */
export interface ModernTokenRequest {
  /** Scheme, host and (unless it is the default) port of the URL to call: the audience. */
  readonly resource: string;
  /** The authority as the server named it. Its host is not checked here: this client never calls it. */
  readonly authorizationUri: string;
  /** JSON text of the claims the token must satisfy, when the server demanded some; the token must be a new one then. */
  readonly claims?: string;
}

/** An access token. */
export interface ModernToken {
  /** The bare token, without `Bearer`. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A guest of one meeting. Source: Skype/UCWA/AuthenticationInUCWA.md, "Anonymous meeting join". */
export interface AnonymousCredentials {
  readonly kind: 'anonymous';
  /** `sip:…;gruu;opaque=app:conf:focus:id:…`; no other meeting can be joined. */
  readonly conferenceUri: string;
  /** The meeting's key; without it the part behind `id:` of the URI. */
  readonly conferenceId?: string;
  /** What others in the meeting see, at most 250 characters. */
  readonly displayName: string;
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
  /** The first that a host offers is used there; the others are for hosts that do not offer it. */
  readonly credentials: UcwaCredentials | readonly UcwaCredentials[];
  readonly application: UcwaApplicationIdentity;
  /**
   * Asked when another client polls the event channel of our application (409 PGetReplaced): whether it is ours still. If
   * not, polling ends at once and the channel is left to the other. Without it one repetition decides.
   */
  readonly isStillOurs?: (signal: AbortSignal) => Promise<boolean>;
}
