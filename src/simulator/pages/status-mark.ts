import { type Html, html } from './html';

/** A status to be seen at a glance, by its word and not by its colour alone. */
export function statusMark(status: number): Html {
  if (status === 0) return html`<span class="mark bad">cut</span>`;
  if (status < 400) return html`<span class="mark good">${status}</span>`;
  return html`<span class="mark bad">${status} failed</span>`;
}
