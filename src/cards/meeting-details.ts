import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/meeting-details.json: the card of a meeting. Every field is display-ready text. */
export interface MeetingDetailsView {
  readonly meetingId: string;
  /** What just happened, e.g. "Your meeting is on". */
  readonly headline: string;
  readonly subject: string;
  /** Empty when there is none. */
  readonly description: string;
  /** Something the organizer should know, e.g. about many invited people. Empty when there is nothing. */
  readonly notice: string;
  /** When it begins, as `openUntil`; empty when nobody said. */
  readonly startsAt: string;
  /** Card functions that show the moment in each reader's own zone; empty when the server named none. */
  readonly openUntil: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  readonly phones: readonly { readonly region: string; readonly number: string; readonly url: string }[];
  readonly conferenceId: string;
  /** Only a link that passed the host check; empty when there is none. */
  readonly joinUrl: string;
  readonly canEdit: boolean;
  readonly canCancel: boolean;
  /** It is still to come, as far as anybody knows, and there is a moment to be reminded of. */
  readonly canRemind: boolean;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: {
    startsAt: 'Start',
    openUntil: 'Open until',
    dialIn: 'By phone',
    conferenceId: 'Conference ID',
    join: 'Join',
    edit: 'Edit',
    cancel: 'Cancel meeting',
    remind: 'Remind me',
  },
});

export const meetingDetailsCard = defineCard<MeetingDetailsView>('meeting-details', {
  words,
  sample: {
    meetingId: 'IB88RLLY',
    headline: 'Your meeting is ready',
    subject: 'Quarterly sales numbers',
    description: 'We look at the numbers of the past quarter.',
    notice: 'You invited more people than usual (120).',
    startsAt: '{{DATE(2026-12-24T16:00:00Z,SHORT)}}, {{TIME(2026-12-24T16:00:00Z)}}',
    openUntil: '{{DATE(2026-12-24T17:00:00Z,SHORT)}}, {{TIME(2026-12-24T17:00:00Z)}}',
    rows: [
      { label: 'Organizer', value: 'Confer' },
      { label: 'Who comes in', value: 'People of the company; others wait in the lobby' },
    ],
    phones: [{ region: 'Germany', number: '+49 30 5550100', url: 'tel:+49305550100' }],
    conferenceId: '12983487',
    joinUrl: 'https://meet.contoso.com/anna/IB88RLLY',
    canEdit: true,
    canCancel: true,
    canRemind: true,
    fallbackText: 'Quarterly sales numbers: https://meet.contoso.com/anna/IB88RLLY',
  },
});
