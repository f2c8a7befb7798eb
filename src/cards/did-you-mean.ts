import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** View model of cards/did-you-mean.json: words that are no command never become a meeting. */
export interface DidYouMeanView {
  readonly title: string;
  readonly suggestions: readonly { readonly title: string; readonly command: string; readonly args: string }[];
  readonly fallbackText: string;
}

const words = defineTexts({ en: { nothingDone: 'I have not done anything yet.', help: 'What I can do' } });

export const didYouMeanCard = defineCard<DidYouMeanView>('did-you-mean', {
  words,
  sample: {
    title: 'Did you mean "start standup"?',
    suggestions: [{ title: 'start standup', command: 'start', args: 'standup' }],
    fallbackText: 'Did you mean "start standup"?',
  },
});
