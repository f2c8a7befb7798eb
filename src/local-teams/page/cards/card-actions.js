import { ApiError, call, conversationPath } from '../api.js';
import { h } from '../dom.js';

/**
 * @typedef {import('adaptivecards').Action} Action
 * @typedef {object} CardPlace
 * @property {string} conversationId
 * @property {string} messageId
 * @property {string} as key of the person who clicks
 */

/**
 * Does what a button of a card says.
 *
 * @param {Action} action
 * @param {HTMLElement} frame the card's frame
 * @param {CardPlace} place
 */
export async function performAction(action, frame, place) {
  if (action instanceof AdaptiveCards.OpenUrlAction) {
    openUrl(action.url, frame);
  } else if (action instanceof AdaptiveCards.ExecuteAction) {
    await whileBusy(action, frame, () => execute(action, frame, place));
  } else if (action instanceof AdaptiveCards.SubmitAction) {
    await whileBusy(action, frame, () => submit(action, frame, place));
  }
}

/**
 * @param {string | undefined} url
 * @param {HTMLElement} frame
 */
function openUrl(url, frame) {
  if (url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) {
    window.open(url, '_blank', 'noopener,noreferrer');
  } else {
    note(frame, 'error', 'This link does not lead to a web page, so it was not opened.');
  }
}

/**
 * @param {import('adaptivecards').SubmitAction} action
 * @param {HTMLElement} frame
 * @param {CardPlace} place
 */
async function submit(action, frame, { conversationId, messageId, as }) {
  const click = { as, activityId: messageId, data: action.data };
  const { failure } = await call('POST', conversationPath(conversationId, 'submit'), click);
  if (failure === undefined) note(frame, 'done', 'Your response was sent.');
  else note(frame, 'error', `Something went wrong. ${failure}`);
}

/**
 * @param {import('adaptivecards').ExecuteAction} action
 * @param {HTMLElement} frame
 * @param {CardPlace} place
 */
async function execute(action, frame, { conversationId, messageId, as }) {
  /** @type {import('../types.js').Outcome} */
  const outcome = await call('POST', conversationPath(conversationId, 'execute'), {
    as,
    activityId: messageId,
    data: action.data,
    verb: action.verb,
    actionId: action.id,
    title: action.title,
  });
  if (outcome.kind === 'message') note(frame, 'done', outcome.text);
  else if (outcome.kind === 'error') note(frame, 'error', `Something went wrong. ${outcome.detail}`);
}

/**
 * Keeps the card from being clicked twice, and shows which button is at work.
 *
 * @param {Action} action
 * @param {HTMLElement} frame
 * @param {() => Promise<void>} work
 */
async function whileBusy(action, frame, work) {
  if (frame.getAttribute('aria-busy') === 'true') return;
  const button = action.renderedElement;
  frame.querySelector('.card-note')?.remove();
  frame.setAttribute('aria-busy', 'true');
  button?.classList.add('is-busy');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    note(frame, 'error', `Something went wrong. ${error.message}`);
  } finally {
    frame.removeAttribute('aria-busy');
    button?.classList.remove('is-busy');
  }
}

/**
 * @param {HTMLElement} frame
 * @param {'done' | 'error'} kind
 * @param {string} text
 */
function note(frame, kind, text) {
  frame.querySelector('.card-note')?.remove();
  const role = kind === 'error' ? 'alert' : 'status';
  frame.append(h('p', { class: `card-note card-note-${kind}`, role, 'data-testid': 'card-note' }, text));
}
