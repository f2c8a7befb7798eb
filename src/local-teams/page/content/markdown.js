const message = markdownit({ html: false, linkify: true, breaks: false }).disable(['image', 'table', 'html_block']);
const card = markdownit({ html: false, linkify: false, breaks: true }).disable([
  'image',
  'table',
  'heading',
  'lheading',
  'code',
  'fence',
  'blockquote',
  'hr',
  'backticks',
]);

/**
 * A message's Markdown as Teams shows it; HTML in it is shown as text.
 *
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function messageMarkdown(text) {
  return safeLinks(message.render(text));
}

/**
 * The smaller Markdown of Adaptive Cards: bold, italic, lists and links.
 *
 * @param {string} text
 * @returns {string} HTML
 */
export function cardMarkdown(text) {
  const holder = document.createElement('div');
  holder.append(safeLinks(card.render(text)));
  return holder.innerHTML;
}

/** Links open in a new tab, which learns nothing about this one. @param {string} html */
function safeLinks(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const link of template.content.querySelectorAll('a')) {
    if (link.protocol !== 'tel:' && link.protocol !== 'mailto:') link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  return template.content;
}
