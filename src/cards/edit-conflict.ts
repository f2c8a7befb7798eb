import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/edit-conflict.json: two people changed the same property, both values are shown. */
export interface EditConflictView {
  readonly collisions: readonly {
    readonly setting: string;
    readonly theirsTitle: string;
    readonly theirs: string;
    readonly mineTitle: string;
    readonly mine: string;
  }[];
  /** What both buttons send back: the person's values and marks of what is there now. */
  readonly hidden: Readonly<Record<string, unknown>>;
  /** Long values of the person, as invisible inputs: the card has them once, and not once for every button. */
  readonly typed: readonly { readonly id: string; readonly label: string; readonly value: string }[];
  readonly fallbackText: string;
}

const words = defineTexts({
  en: {
    title: 'Somebody else changed this, too',
    explanation: 'While you were editing, the meeting was changed on the server. Nothing of yours is saved yet.',
    useMine: 'Use mine',
    keepTheirs: 'Keep theirs',
  },
});

export const editConflictCard = defineCard<EditConflictView>('edit-conflict', {
  words,
  sample: {
    collisions: [
      {
        setting: 'Subject',
        theirsTitle: 'Theirs',
        theirs: 'Q4 numbers',
        mineTitle: 'Yours',
        mine: 'Quarterly numbers',
      },
    ],
    hidden: { meetingId: 'IB88RLLY' },
    typed: [{ id: 'description', label: 'Description', value: 'We look at the numbers of the past quarter.' }],
    fallbackText: 'Somebody else changed this meeting, too.',
  },
});
