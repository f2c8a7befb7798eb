import { h } from '../dom.js';
import { icon } from '../icons.js';

import { suggestionsFor } from './composer-suggestions.js';
import { suggestionPopup } from './suggestions.js';

/**
 * @typedef {object} ComposerOptions
 * @property {string} placeholder
 * @property {string} label
 * @property {string} testId
 * @property {(text: string) => Promise<void>} onSend rejects when the message was not taken
 */

/**
 * A box to write in: Enter sends, Shift+Enter starts a new line, `@` and `/` open suggestions.
 *
 * @param {import('../store.js').Store} store
 * @param {import('../types.js').Conversation} conversation
 * @param {ComposerOptions} options
 */
export function composer(store, conversation, { placeholder, label, testId, onSend }) {
  const box = h('textarea', { rows: '1', placeholder, 'aria-label': label, 'data-testid': testId, spellcheck: 'true' });
  const mirror = h('div', { class: 'composer-mirror', 'aria-hidden': 'true' });
  const above = h('div', { class: 'composer-above' });
  const problem = h('p', { class: 'composer-problem', role: 'alert', hidden: true });
  const send = iconButton('send', 'Send', () => void submit());
  send.classList.add('send');
  send.dataset['testid'] = testId === 'composer' ? 'send' : `${testId}-send`;
  const mention = iconButton('mention', 'Mention somebody', () => startWith('@'));
  let typed = '';
  const popup = suggestionPopup(box, ({ insert }) => {
    const end = box.selectionEnd;
    box.setRangeText(insert, end - typed.length, end, 'end');
    box.focus();
    changed();
  });
  const names = [store.world.bot.name, ...store.membersOf(conversation).map(({ name }) => name)];

  function changed() {
    const found = suggestionsFor(box.value.slice(0, box.selectionEnd), {
      world: store.world,
      people: store.membersOf(conversation).filter(({ id }) => id !== store.persona.id),
    });
    typed = found.typed;
    popup.offer(found.suggestions);
    send.disabled = box.value.trim() === '';
    mirror.replaceChildren(...withMarkedMentions(box.value, names));
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }

  /** @param {string} character */
  function startWith(character) {
    const needsSpace = box.selectionEnd > 0 && !/\s$/.test(box.value.slice(0, box.selectionEnd));
    box.setRangeText(needsSpace ? ` ${character}` : character, box.selectionEnd, box.selectionEnd, 'end');
    box.focus();
    changed();
  }

  async function submit() {
    const text = box.value.trim();
    if (text === '') return;
    box.value = '';
    changed();
    problem.hidden = true;
    try {
      await onSend(text);
    } catch (error) {
      if (box.value === '') box.value = text;
      problem.textContent = `Not sent. ${error instanceof Error ? error.message : ''}`;
      problem.hidden = false;
      changed();
    }
  }

  box.addEventListener('input', changed);
  box.addEventListener('blur', () => popup.offer([]));
  box.addEventListener('scroll', () => {
    mirror.scrollTop = box.scrollTop;
  });
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || popup.handleKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  });
  send.disabled = true;
  const field = h('div', { class: 'composer-field' }, mirror, box);
  const bar = h('div', { class: 'composer-bar' }, mention, send);
  const element = h(
    'div',
    { class: `composer composer-${testId}` },
    popup.element,
    problem,
    h('div', { class: 'composer-box' }, above, field, bar),
  );
  return { element, box, above };
}

/**
 * The text again, with the mentions in it marked; it lies under the see-through text of the box.
 *
 * @param {string} text
 * @param {readonly string[]} names
 */
function withMarkedMentions(text, names) {
  const pattern = new RegExp(
    `(@(?:${names.map((name) => name.replaceAll(/[^\p{L}\p{N} ]/gu, '\\$&')).join('|')}))(?!\\w)`,
    'gi',
  );
  const parts = text.split(pattern).map((part, index) => (index % 2 === 1 ? h('mark', {}, part) : part));
  return [...parts, '\u200B'];
}

/**
 * @param {Parameters<typeof icon>[0]} picture
 * @param {string} label
 * @param {() => void} click
 */
function iconButton(picture, label, click) {
  return h('button', { class: 'icon-button', type: 'button', title: label, 'aria-label': label, click }, icon(picture));
}
