import type { Company } from './company';
import type { TrustedIssuer } from './model/token-issuer';
import type { Scenario } from './scenario/scenario';
import type { Switches } from './switches';

/** One request as the simulator answered it. */
export interface RequestRecord {
  /** From 1, in the order in which the requests ended. */
  readonly number: number;
  readonly method: string;
  /** Path and query string, duplicate slashes collapsed. */
  readonly path: string;
  /** Status of the answer; 0 when the connection was cut without one. */
  readonly status: number;
  /** When the request arrived, ms since the epoch by the simulator's clock. */
  readonly at: number;
  /** How long it took, in ms. */
  readonly ms: number;
  /** Only of a part of a batch, which comes before its batch here: the client sent the batch alone. */
  readonly inBatch?: true;
}

/** How to start a simulator; every field has a default. */
export interface SimulatorOptions {
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** Port of the first pool; default 0 (any free one). */
  port?: number;
  /** Starts a second pool on another free port and homes some people there; default: as the scenario says. */
  secondPool?: boolean;
  /** PEM texts; given: both pools speak HTTPS. */
  tls?: { key: string; cert: string };
  /** With `tls`: a plain HTTP port beside it that redirects to the HTTPS one, as discovery hosts do. */
  httpDiscovery?: boolean;
  /** Authority whose access tokens are taken besides web tickets; default: none, every such token is invalid. */
  trustedIssuer?: TrustedIssuer;
  /** Origin of join URLs; default the first pool's own origin. */
  publicMeetOrigin?: string;
  /** Company, pools, switches and faults to start with, from `readScenario`; default: the built-in Contoso. */
  scenario?: Scenario;
  /** Takes the place of the scenario's company. */
  company?: Company;
  /** Source of "now" in ms since the epoch: lifetimes of tokens, applications and meetings are measured with it. */
  clock?: { now(): number };
  /** Factor on everything that is waited for (held P-GETs, join steps, unanswered invitations); 1 is real time. */
  timeScale?: number;
  /** Scheduled meetings are kept in this file between two starts. */
  stateFile?: string;
  /** Over those of the scenario. */
  switches?: Partial<Switches>;
  /** Called once per answered request; `ms` is the time it took. */
  log?: (line: { method: string; path: string; status: number; ms: number }) => void;
}

/** A simulator that listens. */
export interface RunningSimulator {
  /** Discovery root, ends with `/`. */
  readonly rootUrl: string;
  readonly origin: string;
  readonly secondOrigin?: string;
  /** The plain HTTP port that redirects, when there is one. */
  readonly httpOrigin?: string;
  readonly sipDomain: string;
  readonly company: Company;
  /** The service account; username is its SIP address without scheme. */
  readonly demoAccount: { username: string; password: string };
  /** The last 500 requests, newest last; those of the control endpoint aside. */
  readonly requests: readonly RequestRecord[];
  /** Ends held P-GETs, closes every socket, saves the state file; resolves when nothing is left. Safe to call twice. */
  stop(): Promise<void>;
}
