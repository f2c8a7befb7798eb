import { SignInNeeded } from '../../meetings/errors';

import type { ExchangedToken, OnBehalfOf } from './on-behalf-of';

/** Where people's single sign-on tokens come from. Implemented in src/bot. */
export interface SingleSignOn {
  /** @throws SignInNeeded when there is none of this person. */
  tokenOf(personId: string, signal: AbortSignal): Promise<string>;
  /** Lets go of the person's token, so that the next one is a new one. */
  signOut(personId: string): Promise<void>;
}

/** Collaborators, made in src/compose. */
export interface PersonTokensDeps {
  readonly personId: string;
  readonly singleSignOn: SingleSignOn;
  readonly onBehalfOf: Pick<OnBehalfOf, 'exchange'>;
}

/** What a server asks for. */
export interface WantedToken {
  /** Scheme and host of the server. */
  readonly resource: string;
  /** Further claims it wants, as JSON. */
  readonly claims?: string;
}

/**
 * The tokens one session of a person works with.
 *
 * A session asks a second time for the same host only when what it has is refused or about to end: then it gets another.
 */
export class PersonTokens {
  readonly #deps: PersonTokensDeps;
  readonly #given = new Map<string, string>();

  constructor(deps: PersonTokensDeps) {
    this.#deps = deps;
  }

  /** @throws SignInNeeded when the person has to sign in (again); MeetingProblem `signIn.…`. */
  async tokenFor({ resource, claims }: WantedToken, signal: AbortSignal): Promise<ExchangedToken> {
    const { personId, singleSignOn, onBehalfOf } = this.#deps;
    const assertion = await singleSignOn.tokenOf(personId, signal);
    try {
      const not = this.#given.get(resource);
      const exchanged = await onBehalfOf.exchange({ personId, assertion, resource, claims, not });
      this.#given.set(resource, exchanged.token);
      return exchanged;
    } catch (error) {
      // The sign-on the token service keeps led to this: asked again, it would give the same.
      if (error instanceof SignInNeeded) await singleSignOn.signOut(personId);
      throw error;
    }
  }
}
