import type { IncomingMessage } from 'node:http';

import type { VerifiedCaller } from '../shared/verified-caller';

import { type ActivityRules, judgeActivity } from './activity-gate';
import { readJsonObject, refuseBodyByHeaders } from './body';
import type { Refusal } from './refusals';
import type { Verdict } from './tokens/token-verifier';

/** An activity that may go on to the bot, or one that only gets a fixed answer because its tenant is not served. */
export interface Admitted {
  readonly kind: 'ours' | 'foreignTenant';
  readonly activity: Readonly<Record<string, unknown>>;
  readonly caller: VerifiedCaller;
}

/** Collaborators of {@link FrontDoor}. */
export interface FrontDoorDeps {
  readonly rules: ActivityRules;
  /** Checks who calls; undefined in local mode, where nobody has to prove anything. */
  readonly tokens: { verify(authorization: readonly string[]): Promise<Verdict> } | undefined;
  readonly now: () => Date;
}

/**
 * Lets activities in, one cheap check before the next: headers of the body, token, body, shape, channel, tenant,
 * service URL, age. Nobody's body is read before their token was verified, and nothing behind decides again.
 */
export class FrontDoor {
  readonly #deps: FrontDoorDeps;

  constructor(deps: FrontDoorDeps) {
    this.#deps = deps;
  }

  /**
   * @param mayRead - called once the body is wanted: who asked whether to send it is told to.
   * @throws what reading the request throws when the connection breaks.
   */
  async admit(request: IncomingMessage, mayRead: () => void): Promise<Admitted | Refusal> {
    const { rules, tokens, now } = this.#deps;
    const unwanted = refuseBodyByHeaders(request);
    if (unwanted !== undefined) return unwanted;
    const verdict: Verdict = (await tokens?.verify(request.headersDistinct.authorization ?? [])) ?? LOCAL;
    if (verdict.kind === 'refused') return verdict;
    mayRead();
    const body = await readJsonObject(request);
    if (body.kind === 'refused') return body;
    const { caller } = verdict;
    const judgement = judgeActivity(body.value, { rules, caller, now: now() });
    return judgement.kind === 'refused' ? judgement : { kind: judgement.kind, activity: body.value, caller };
  }
}

const LOCAL: Verdict = { kind: 'verified', caller: { kind: 'local' } };
