import { text } from '../commands';
import type { Logger } from '../shared/logger';
import { defineTexts } from '../shared/texts';
import type { VerifiedCaller } from '../shared/verified-caller';

import type { ConferAdapter, Received } from './confer-adapter';
import { toActivity } from './reply-activity';

const texts = defineTexts({
  en: {
    notServed:
      'Confer works for another organization and cannot help here. Please ask your administrator which bot to use.',
  },
});

const DAY_MS = 24 * 60 * 60_000;

/** Conversations that were told today; beyond these nobody is told any more, so that strangers cannot make work. */
const MAX_TOLD = 1000;

const ERROR_TYPE = 'application/vnd.microsoft.error';

/** Collaborators of {@link ForeignTenants}. */
export interface ForeignTenantsDeps {
  readonly adapter: Pick<ConferAdapter, 'receive'>;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Tells people of organizations that Confer does not serve, once a day in a conversation, and nothing else. */
export class ForeignTenants {
  readonly #deps: ForeignTenantsDeps;
  /** When a conversation was told, oldest first. */
  readonly #told = new Map<string, number>();

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
    if (!isSpokenTo(activity) || !this.#mayTell(conversationOf(activity))) return { status: 200, body: {} };
    return this.#deps.adapter.receive(activity, caller, async (context) => {
      await context.sendActivity(toActivity(text(words), locale));
    });
  }

  #mayTell(conversation: string): boolean {
    const now = this.#deps.now().getTime();
    for (const [told, at] of this.#told) {
      if (now - at < DAY_MS) break;
      this.#told.delete(told);
    }
    if (this.#told.has(conversation) || this.#told.size >= MAX_TOLD) return false;
    this.#told.set(conversation, now);
    return true;
  }
}

/** Somebody wrote, or added Confer; who joins or leaves, or likes a message, expects no answer. */
function isSpokenTo({ type, action }: Readonly<Record<string, unknown>>): boolean {
  return type === 'message' || (type === 'installationUpdate' && action === 'add');
}

function conversationOf({ conversation }: Readonly<Record<string, unknown>>): string {
  const id: unknown =
    typeof conversation === 'object' && conversation !== null && 'id' in conversation ? conversation.id : '';
  return String(id);
}
