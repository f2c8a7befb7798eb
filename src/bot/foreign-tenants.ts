import { text } from '../commands';
import { operationId } from '../journal/operation-id';
import type { Logger } from '../shared/logger';
import type { Quota, Quotas } from '../shared/quotas';
import { defineTexts } from '../shared/texts';
import type { VerifiedCaller } from '../shared/verified-caller';

import { BoundedMap } from './bounded-map';
import type { ConferAdapter, Received } from './confer-adapter';
import { toActivity } from './reply-activity';

const texts = defineTexts({
  en: {
    notServed:
      'Confer works for another organization and cannot help here. Please ask your administrator which bot to use.',
  },
});

const DAY_MS = 24 * 60 * 60_000;

/** So many people are told in a day; beyond these nobody is any more, so that strangers cannot make work. */
const MAX_TOLD = 1000;

const ERROR_TYPE = 'application/vnd.microsoft.error';

/** Collaborators of {@link ForeignTenants}. */
export interface ForeignTenantsDeps {
  readonly adapter: Pick<ConferAdapter, 'receive'>;
  readonly quotas: Quotas;
  /** Hides who was told; the same in every process. */
  readonly key: Buffer;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Tells people of organizations that Confer does not serve, each once a day, whichever process they reach, and nothing else.
 */
export class ForeignTenants {
  readonly #deps: ForeignTenantsDeps;
  /** Until when a quota is used up, so that nobody has to be asked. */
  readonly #usedUp = new BoundedMap<number>(10_000);

  constructor(deps: ForeignTenantsDeps) {
    this.#deps = deps;
  }

  /** Answers with fixed words and no data; what was asked is not looked at. Never throws. */
  async answer(activity: Readonly<Record<string, unknown>>, caller: VerifiedCaller): Promise<Received> {
    this.#deps.log.warn('tenant.refused', { type: typeof activity.type === 'string' ? activity.type : '' });
    const locale = typeof activity.locale === 'string' ? activity.locale : 'en';
    const words = texts(locale).notServed;
    if (activity.type === 'invoke') {
      const value = { code: 'Forbidden', message: words };
      return { status: 200, body: { statusCode: 403, type: ERROR_TYPE, value } };
    }
    if (!isSpokenTo(activity) || !(await this.#mayTell(activity))) return { status: 200, body: {} };
    return this.#deps.adapter.receive(activity, caller, async (context) => {
      await context.sendActivity(toActivity(text(words), locale));
    });
  }

  /** Without the database nobody is told: silence does no harm. */
  async #mayTell(activity: Readonly<Record<string, unknown>>): Promise<boolean> {
    const all = this.#quota('everybody', MAX_TOLD);
    const one = this.#quota(personOf(activity), 1);
    if (this.#isUsedUp(all) || this.#isUsedUp(one)) return false;
    try {
      return (await this.#take(one)) && (await this.#take(all));
    } catch (error) {
      this.#deps.log.warn('tenant.notTold', { error: String(error) });
      return false;
    }
  }

  #quota(whose: string, most: number): Quota {
    return { key: operationId(this.#deps.key, ['stranger', whose]), most, windowMs: DAY_MS };
  }

  #isUsedUp({ key }: Quota): boolean {
    return (this.#usedUp.get(key) ?? 0) > this.#deps.now();
  }

  async #take(quota: Quota): Promise<boolean> {
    const answers = await this.#deps.quotas.take([quota]);
    const answer = answers === 'known' ? undefined : answers[0];
    if (answer === undefined || answer.isTaken) return true;
    this.#usedUp.set(quota.key, this.#deps.now() + answer.restMs);
    return false;
  }
}

/** Somebody wrote, or added Confer; who joins or leaves, or likes a message, expects no answer. */
function isSpokenTo({ type, action }: Readonly<Record<string, unknown>>): boolean {
  return type === 'message' || (type === 'installationUpdate' && action === 'add');
}

/** The tenant and the person, as far as the activity names them; the conversation, when it names nobody. */
function personOf({ from, conversation }: Readonly<Record<string, unknown>>): string {
  const [person, place] = [fieldsOf(from), fieldsOf(conversation)];
  return JSON.stringify([place.tenantId, person.aadObjectId ?? person.id ?? place.id]);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
