/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, string | boolean | number | undefined | ((event: any) => void)>} Attributes
 */

/**
 * Makes an element. Attributes that are functions become listeners (`click`, `input`), `true` an empty attribute,
 * `false` and `undefined` are left out. Strings become text, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Makes the children of `container` equal to `wanted`, moving as little as possible, so that what people have typed
 * into a card, and where the focus is, survives.
 *
 * @param {Element} container
 * @param {readonly Element[]} wanted
 */
export function syncChildren(container, wanted) {
  const keep = new Set(wanted);
  for (const child of [...container.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((element, index) => {
    const current = container.children[index];
    if (current !== element) container.insertBefore(element, current ?? null);
  });
}

/** Rows that are made again only when what they show has changed. */
export class KeyedRows {
  /** @type {Map<string, { signature: string, element: HTMLElement }>} */
  #rows = new Map();

  /**
   * @param {Element} container
   * @param {readonly { key: string, signature: string, make: () => HTMLElement }[]} rows
   */
  show(container, rows) {
    const next = new Map();
    /** @type {HTMLElement | undefined} */
    let toFocus;
    for (const { key, signature, make } of rows) {
      const known = this.#rows.get(key);
      const row = known?.signature === signature ? known : { signature, element: make() };
      if (row !== known && known?.element.contains(document.activeElement) === true) toFocus = row.element;
      next.set(key, row);
    }
    this.#rows = next;
    syncChildren(
      container,
      [...next.values()].map(({ element }) => element),
    );
    // Somebody was at work in a row that was made again, in a card for example: let them go on there.
    const target = /** @type {HTMLElement | null | undefined} */ (toFocus?.querySelector('[tabindex="0"]'));
    target?.focus({ preventScroll: true });
  }
}
