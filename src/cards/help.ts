import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/help.json: what Confer can do; also its welcome. */
export interface HelpView {
  readonly title: string;
  readonly introduction: string;
  readonly commands: readonly { readonly usage: string; readonly description: string }[];
  readonly hint: string;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: { start: 'Start a meeting now', create: 'Plan a meeting', list: 'My meetings' },
});

export const helpCard = defineCard<HelpView>('help', {
  words,
  sample: {
    title: 'Hello, I am Confer',
    introduction: 'I make Skype for Business meetings for you.',
    commands: [{ usage: 'start Budget review', description: 'Starts a meeting now' }],
    hint: 'In a channel, mention me first.',
    fallbackText: 'Say "start", "new", "list" or "help".',
  },
});
