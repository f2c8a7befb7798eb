/**
 * Controls, bidirectional overrides and characters of no width: they can make text look like other text.
 * Joiners (U+200C, U+200D) stay: Persian words and many emoji are made with them.
 */
const INVISIBLE = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

/** A word joiner: invisible, and no line is broken at it. */
const BREAK = '\u2060';

/** Cuts between characters as people see them, never inside one. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Prepares foreign text for a place that does not read Markdown: a `TextRun`, a title, plain message text.
 *
 * `{{` is what the card functions `{{DATE(…)}}` start with; an invisible break between the braces keeps them text.
 * @param maxLength - in characters; what is cut is marked with an ellipsis.
 */
export function plain(text: string, maxLength = 300): string {
  const visible = text.replace(INVISIBLE, (character) => (character === '\n' || character === '\t' ? character : ''));
  return cut(visible, maxLength).replace(/\{(?=\{)/gu, `{${BREAK}`);
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(graphemes.segment(text.slice(0, maxLength * 4)), ({ segment }) => segment);
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}

/** Like {@link plain}, on one line. */
export function plainLine(text: string, maxLength = 120): string {
  return plain(text.replace(/\s+/gu, ' ').trim(), maxLength);
}
