import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/trying.json. */
export interface TryingView {
  readonly operationId: string;
  /** Why it takes so long, in a sentence. */
  readonly reason: string;
  /** Card text of a time of day: `{{TIME(2026-11-20T14:40:00Z)}}`. */
  readonly until: string;
  /** What the person typed, on one line. */
  readonly asked: string;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: {
    until: 'I keep trying until',
    patience: 'The answer comes right here.',
    stop: 'Stop trying',
  },
});

export const tryingCard = defineCard<TryingView>('trying', {
  words,
  sample: {
    ...{ operationId: '7K3MQ2XP7K3MQ2XP7K3M', reason: 'Your Skype for Business server is not available right now.' },
    ...{ until: '{{TIME(2026-11-20T14:40:00Z)}}', asked: 'new Budget review' },
    fallbackText: 'Your Skype for Business server is not available right now. I keep trying until 3:40 PM.',
  },
});
