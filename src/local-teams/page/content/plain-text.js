/**
 * The words of an HTML or XML text; nothing of it is run or fetched.
 *
 * @param {string} html
 */
export function textOfHtml(html) {
  const parsed = new DOMParser().parseFromString(html.replaceAll(/<br\s*\/?>|<\/(p|div|li)>/gi, '$&\n'), 'text/html');
  for (const hidden of parsed.querySelectorAll('script, style')) hidden.remove();
  return (parsed.body.textContent ?? '').trim();
}

/**
 * One line about a message for the chat list.
 *
 * @param {import('../types.js').Message} message
 */
export function summaryOf(message) {
  if (message.deleted === true) return 'This message has been deleted';
  const text = message.text
    .replaceAll(/<\/?at>/g, '')
    .replaceAll(/[*_`~>#]|\[|\]\([^)]*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (text !== '') return text;
  return message.attachments.length > 0 ? 'Sent a card' : '';
}
