import { defineTexts } from '../shared/texts';

import { defineCard } from './card';
import type { Choice } from './meeting-form';

/** View model of cards/choose-meeting.json: several meetings fit, a person decides. */
export interface ChooseMeetingView {
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly hint: string;
  readonly chooseTitle: string;
  /** Verb that gets the chosen `meetingId`. */
  readonly verb: string;
  /** What the button sends back besides. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: { label: 'Meeting', missing: 'Please choose a meeting.', placeholder: 'Choose a meeting' },
});

export const chooseMeetingCard = defineCard<ChooseMeetingView>('choose-meeting', {
  words,
  sample: {
    title: 'Which meeting do you mean?',
    choices: [{ title: 'Quarterly sales numbers', value: 'IB88RLLY' }],
    hint: 'Only the first 50 are shown.',
    chooseTitle: 'Show',
    verb: 'show.open',
    hidden: {},
    fallbackText: 'Which meeting do you mean?',
  },
});
