import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/meeting-list.json. */
export interface MeetingListView {
  readonly title: string;
  readonly rows: readonly {
    readonly number: number;
    readonly meetingId: string;
    readonly subject: string;
    /** Card functions; empty when the server named no end. */
    readonly until: string;
    readonly joinUrl: string;
    readonly joinTitle: string;
    readonly openTitle: string;
  }[];
  readonly hint: string;
  /** Page behind the "Back" button; 0 when this is the first. */
  readonly previousPage: number;
  /** Page behind the "More" button; 0 when this is the last. */
  readonly nextPage: number;
  readonly fallbackText: string;
}

const words = defineTexts({ en: { back: 'Back', more: 'More', create: 'New meeting' } });

export const meetingListCard = defineCard<MeetingListView>('meeting-list', {
  words,
  sample: {
    title: 'Your meetings',
    rows: [
      {
        number: 1,
        meetingId: 'IB88RLLY',
        subject: 'Quarterly sales numbers',
        until: 'Open until {{DATE(2026-12-24T17:00:00Z,SHORT)}}',
        joinUrl: 'https://meet.contoso.com/anna/IB88RLLY',
        joinTitle: 'Join',
        openTitle: 'Show #1',
      },
    ],
    hint: 'Say "show #1" to see one.',
    previousPage: 1,
    nextPage: 3,
    fallbackText: '1. Quarterly sales numbers',
  },
});
