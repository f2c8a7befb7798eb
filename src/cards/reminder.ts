import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/reminder.json: a meeting that is about to begin, for one person, also where others read along. */
export interface ReminderView {
  /** "Starts in 10 min". */
  readonly headline: string;
  readonly subject: string;
  /** When, with card functions. */
  readonly when: string;
  /** What came of a button, or what to know about the time; empty when there is nothing. */
  readonly notice: string;
  /** Empty in a personal chat. */
  readonly forWhom: string;
  /** Only a link that passed the host check; empty when there is none. */
  readonly joinUrl: string;
  readonly reminderId: string;
  /** `until`: minutes from the click, or `then`, the moment itself. */
  readonly snoozes: readonly { readonly title: string; readonly until: string }[];
  readonly canMute: boolean;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: { join: 'Join', mute: 'Mute for this meeting', forWhom: 'Reminder for ' },
});

export const reminderCard = defineCard<ReminderView>('reminder', {
  words,
  sample: {
    headline: 'Starts in 10 min',
    subject: 'Quarterly sales numbers',
    when: 'Starts {{DATE(2026-12-24T17:00:00Z,SHORT)}}, {{TIME(2026-12-24T17:00:00Z)}}',
    notice: 'I remind you again in 5 min.',
    forWhom: 'Anna Berg',
    joinUrl: 'https://meet.contoso.com/anna/IB88RLLY',
    reminderId: '0f8fad5bd9cb469fa16570867728950e',
    snoozes: [
      { title: 'Snooze 5 min', until: '5' },
      { title: 'Snooze 10 min', until: '10' },
      { title: 'At the start', until: 'then' },
    ],
    canMute: true,
    fallbackText: 'Starts in 10 min: Quarterly sales numbers',
  },
});
