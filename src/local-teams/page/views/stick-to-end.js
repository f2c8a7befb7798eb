import { h } from '../dom.js';
import { icon } from '../icons.js';

const nearPx = 120;

/**
 * A scrolling frame that stays at its end while new things come, unless the reader has scrolled up; then a button
 * leads down.
 *
 * @param {HTMLElement} content
 */
export function stickToEnd(content) {
  let following = true;
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
  let height = 0;
  new ResizeObserver(() => {
    const grew = content.offsetHeight > height;
    height = content.offsetHeight;
    if (following) frame.scrollTop = frame.scrollHeight;
    else if (grew) down.hidden = false;
  }).observe(content);

  return {
    element: h('div', { class: 'scroll-root' }, frame, down),
    /** The next thing that comes is the reader's own: go there. */
    follow() {
      following = true;
    },
    /** After a change: stay at the end if that is where the reader was. */
    settle() {
      if (following) frame.scrollTop = frame.scrollHeight;
    },
  };
}
