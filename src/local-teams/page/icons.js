/** Outlines on a 20 × 20 grid, drawn for this page. */
const paths = {
  chat: 'M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H10l-4 3v-3h-.5a2 2 0 0 1-2-2z M7 7.5h6 M7 10h4',
  team: 'M7.5 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z M13.5 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4z M3 15.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4z M13.5 11.500c2 0 3.5 1.2 3.5 3.500h-2.5',
  send: 'M3.5 10 16.5 4l-3.5 12.5-3-5z M10 11.500l6.5-7.5',
  mention: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M13 7v4.200c0 1.1.8 1.8 1.8 1.8 1.2 0 2.2-1 2.2-3a7 7 0 1 0-2.8 5.6',
  slash: 'M12.5 3.500l-5 13',
  back: 'M12 4l-6 6 6 6',
  reply: 'M8 5 4 9l4 4 M4 9h7a5 5 0 0 1 5 5v1',
  close: 'M5 5l10 10 M15 5 5 15',
  moon: 'M8 3.500a6.5 6.5 0 1 0 8.5 8.500A7 7 0 0 1 8 3.500z',
  sun: 'M10 13.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M10 2v1.5 M10 16.500V18 M2 10h1.5 M16.5 10H18 M4.3 4.300l1.1 1.1 M14.6 14.600l1.1 1.1 M4.3 15.700l1.1-1.1 M14.6 5.400l1.1-1.1',
  chevron: 'M5.5 8l4.5 4.500L14.5 8',
  check: 'M4.5 10.500l3.5 3.5 7.5-8',
  search: 'M9 14.500a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z M13 13l4 4',
  warning: 'M10 3.500l7.5 13h-15z M10 8.500v3.5 M10 14v.1',
  down: 'M10 4v11 M5.5 10.5 10 15l4.5-4.5',
  deleted: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z M5.2 5.200l9.6 9.6',
};

/**
 * A decorative picture; the control around it carries the name.
 *
 * @param {keyof typeof paths} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
