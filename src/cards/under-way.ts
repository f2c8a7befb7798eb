import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/under-way.json. */
export interface UnderWayView {
  /** What the person typed, on one line. */
  readonly asked: string;
}

const words = defineTexts({
  en: {
    underWay: 'I am working on it…',
    patience: 'This takes longer than usual. The answer comes right here.',
  },
});

export const underWayCard = defineCard<UnderWayView>('under-way', {
  words,
  sample: { asked: 'start Budget review' },
});
