import { h } from '../dom.js';

/**
 * A text box that grows with its text and shows the mentions in it in colour: under the see-through text of the box
 * lies the same text with marks.
 *
 * @param {{ placeholder: string, label: string, testId: string }} attributes
 * @param {readonly string[]} names whom one can mention
 */
export function writingField({ placeholder, label, testId }, names) {
  const box = h('textarea', { rows: '1', placeholder, 'aria-label': label, 'data-testid': testId, spellcheck: 'true' });
  const mirror = h('div', { class: 'composer-mirror', 'aria-hidden': 'true' });
  box.addEventListener('scroll', () => {
    mirror.scrollTop = box.scrollTop;
  });

  return {
    element: h('div', { class: 'composer-field' }, mirror, box),
    box,
    /** The text up to the cursor. */
    get before() {
      return box.value.slice(0, box.selectionEnd);
    },
    /** To be called after every change of the text. */
    adjust() {
      mirror.replaceChildren(...withMarkedMentions(box.value, names));
      box.style.height = 'auto';
      box.style.height = `${box.scrollHeight}px`;
    },
    /**
     * Puts text in at the cursor, in place of as many characters before it.
     *
     * @param {string} text
     * @param {number} [instead]
     */
    insert(text, instead = 0) {
      const end = box.selectionEnd;
      box.setRangeText(text, end - instead, end, 'end');
      box.focus();
    },
  };
}

/**
 * @param {string} text
 * @param {readonly string[]} names
 */
function withMarkedMentions(text, names) {
  const alternatives = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const parts = text.split(new RegExp(`(@(?:${alternatives}))(?!\\w)`, 'gi'));
  // The zero-width space gives a last empty line its height.
  return [...parts.map((part, index) => (index % 2 === 1 ? h('mark', {}, part) : part)), '\u200B'];
}
