import { h } from '../dom.js';

import { suggestionsFor } from './composer-suggestions.js';
import { iconButton } from './icon-button.js';
import { suggestionPopup } from './suggestions.js';
import { writingField } from './writing-field.js';

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
export function composer(store, conversation, options) {
  const members = store.membersOf(conversation);
  const field = writingField(options, [store.world.bot.name, ...members.map(({ name }) => name)]);
  const { box } = field;
  const above = h('div', { class: 'composer-above' });
  const problem = h('p', { class: 'composer-problem', role: 'alert', hidden: true });
  const send = sendButton(options.testId, () => void submit());
  const mention = iconButton('mention', 'Mention somebody', () => {
    field.insert(/\S$/.test(field.before) ? ' @' : '@');
    changed();
  });
  let typed = '';
  const popup = suggestionPopup(box, ({ insert }) => {
    field.insert(insert, typed.length);
    changed();
  });

  function changed() {
    const people = members.filter(({ id }) => id !== store.persona.id);
    const found = suggestionsFor(field.before, { world: store.world, people });
    typed = found.typed;
    popup.offer(found.suggestions);
    send.disabled = box.value.trim() === '';
    field.adjust();
  }

  async function submit() {
    const text = box.value.trim();
    if (text === '') return;
    box.value = '';
    changed();
    problem.hidden = true;
    try {
      await options.onSend(text);
    } catch (error) {
      if (box.value === '') box.value = text;
      problem.textContent = `Not sent. ${error instanceof Error ? error.message : ''}`;
      problem.hidden = false;
      changed();
    }
  }

  box.addEventListener('input', changed);
  box.addEventListener('blur', () => popup.offer([]));
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || popup.handleKey(event) || event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void submit();
  });
  const bar = h('div', { class: 'composer-bar' }, mention, send);
  const frame = h('div', { class: 'composer-box' }, above, field.element, bar);
  const element = h('div', { class: `composer composer-${options.testId}` }, popup.element, problem, frame);
  return { element, box, above };
}

/**
 * @param {string} testId of the composer
 * @param {() => void} click
 */
function sendButton(testId, click) {
  const button = iconButton('send', 'Send', click);
  button.classList.add('send');
  button.dataset['testid'] = testId === 'composer' ? 'send' : `${testId}-send`;
  button.disabled = true;
  return button;
}
