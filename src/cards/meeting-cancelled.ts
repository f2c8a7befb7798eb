import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/meeting-cancelled.json: what remains on every card of a cancelled meeting. */
export interface MeetingCancelledView {
  readonly subject: string;
  /** When, with card functions; empty when unknown. */
  readonly cancelledAt: string;
  /** Empty when unknown. */
  readonly cancelledBy: string;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: { cancelled: 'Cancelled', by: 'by ', consequence: 'The join link no longer works.' },
});

export const meetingCancelledCard = defineCard<MeetingCancelledView>('meeting-cancelled', {
  words,
  sample: {
    subject: 'Quarterly sales numbers',
    cancelledAt: 'Cancelled on {{DATE(2026-12-24T17:00:00Z,SHORT)}}',
    cancelledBy: 'Anna Berg',
    fallbackText: 'Cancelled: Quarterly sales numbers',
  },
});
