import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/confirm-cancel.json. */
export interface ConfirmCancelView {
  readonly meetingId: string;
  readonly subject: string;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: {
    question: 'Cancel this meeting?',
    consequence: 'The join link stops working for everyone. This cannot be undone.',
    confirm: 'Yes, cancel it',
    keep: 'Keep it',
  },
});

export const confirmCancelCard = defineCard<ConfirmCancelView>('confirm-cancel', {
  words,
  sample: { meetingId: 'IB88RLLY', subject: 'Quarterly sales numbers', fallbackText: 'Cancel the meeting?' },
});
