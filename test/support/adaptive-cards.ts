import type * as AdaptiveCards from 'adaptivecards';

import type { CardJson } from '../../src/cards';

// The package's main file is meant for bundlers; the one in dist runs in Node.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const library = require('adaptivecards/dist/adaptivecards.js') as typeof AdaptiveCards;

/** Parses and validates a card with the Adaptive Cards library. @returns what it has to say; nothing when all is well. */
export function problemsOf(json: CardJson): string[] {
  const context = new library.SerializationContext(library.Versions.v1_5);
  const card = new library.AdaptiveCard();
  card.parse(json, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  const validating = card.validateProperties().validationEvents.map(({ message }) => message);
  return [...parsing, ...validating];
}
