import { type Html, html, type HtmlPart } from './html';

/** A section of a page that holds one table. */
export interface TableSection {
  /** For links to it. */
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly HtmlPart[])[];
  /** Said in place of a table without rows. */
  readonly empty: string;
  /** Between title and table. */
  readonly intro?: Html;
}

/** Writes a section with its table, or the sentence that there is nothing. */
export function tableSection({ id, title, head, rows, empty, intro }: TableSection): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${intro} ${rows.length === 0 ? html`<p class="quiet">${empty}</p>` : table(id, head, rows)}
  </section>`;
}

function table(id: string, head: readonly string[], rows: TableSection['rows']): Html {
  return html`<table aria-labelledby="${id}-title">
    <thead>
      <tr>
        ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
