import { h } from '../dom.js';
import { icon } from '../icons.js';

const nearPx = 120;

/**
 * A scrolling frame that stays at its end while new rows come, unless the reader has scrolled up; then a button leads
 * down. A row that does not fit, a long form for example, is shown from its top.
 *
 * @param {HTMLElement} content
 */
export function stickToEnd(content) {
  let following = true;
  /** @type {Element | null} */
  let lastRow = null;
  const frame = h('div', { class: 'scroll', tabindex: '0', 'aria-label': 'Conversation', role: 'region' }, content);
  const down = h(
    'button',
    { class: 'to-end', type: 'button', hidden: true, click: () => scrollToEnd() },
    icon('down'),
    'New messages',
  );

  function scrollToEnd() {
    following = true;
    frame.scrollTop = frame.scrollHeight;
    down.hidden = true;
  }

  frame.addEventListener('scroll', () => {
    following = frame.scrollHeight - frame.scrollTop - frame.clientHeight < nearPx;
    if (following) down.hidden = true;
  });
  new ResizeObserver(() => {
    if (following) frame.scrollTop = frame.scrollHeight;
  }).observe(content);

  return {
    element: h('div', { class: 'scroll-root' }, frame, down),
    /** The next row that comes is the reader's own: go there. */
    follow() {
      following = true;
    },
    /** After a change: go to the end if that is where the reader was. */
    settle() {
      const isNew = content.lastElementChild !== lastRow;
      const isFirst = lastRow === null;
      lastRow = content.lastElementChild;
      if (!following) {
        down.hidden = down.hidden && !isNew;
      } else if (isNew && !isFirst && lastRow !== null && lastRow.clientHeight > frame.clientHeight) {
        following = false;
        lastRow.scrollIntoView({ block: 'start' });
      } else {
        frame.scrollTop = frame.scrollHeight;
      }
    },
  };
}
