/** Bidirectional controls, zero-width characters and other invisible ones: they can make text look like other text. */
const INVISIBLE =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

const BREAK = '\u200B';

/**
 * Prepares foreign text for a place that does not read Markdown: a `TextRun`, a title, plain message text.
 *
 * `{{` is what the card functions `{{DATE(…)}}` start with; an invisible break between the braces keeps them text.
 * @param maxLength - in characters; what is cut is marked with an ellipsis.
 */
export function plain(text: string, maxLength = 300): string {
  const visible = text.replace(INVISIBLE, '').replace(/\{(?=\{)/gu, `{${BREAK}`);
  const characters = [...visible];
  if (characters.length <= maxLength) return visible;
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}

/** Like {@link plain}, on one line. */
export function plainLine(text: string, maxLength = 120): string {
  return plain(text.replace(/\s+/gu, ' ').trim(), maxLength);
}
