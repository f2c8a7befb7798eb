/** Content type of the card a bot asks people to sign in with. */
export const signInCardType = 'application/vnd.microsoft.card.oauth';

/**
 * A sign-in card as an Adaptive Card: its words, and a button for each link. There is nobody to sign in with here, so the
 * silent exchange of Teams is left out, and the link opens as any other does.
 *
 * @param {unknown} content
 * @returns {unknown}
 */
export function signInCard(content) {
  const { text, buttons } = /** @type {{ text?: unknown, buttons?: unknown }} */ (content ?? {});
  const words = typeof text === 'string' && text !== '' ? text : 'Please sign in.';
  const links = (Array.isArray(buttons) ? buttons : []).flatMap(linkOf);
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: words,
    body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: words }] }],
    actions: links,
  };
}

/**
 * @param {unknown} button
 * @returns {object[]}
 */
function linkOf(button) {
  const { title, value } = /** @type {{ title?: unknown, value?: unknown }} */ (button ?? {});
  if (typeof value !== 'string' || !value.startsWith('https://')) return [];
  return [{ type: 'Action.OpenUrl', title: typeof title === 'string' ? title : 'Sign in', url: value }];
}
