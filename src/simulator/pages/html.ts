import { createHash } from 'node:crypto';

import { escapeMarkup } from '../http/markup';

/** Text that is HTML already; everything else is escaped when put into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a page: markup as it is, lists one after another, anything else as escaped text. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** Template tag that escapes every inserted value unless it is `Html`. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? text : `${write(parts[index - 1])}${text}`)).join(''));
}

function write(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(write).join('');
  return escapeMarkup(String(part));
}

const css = `
:root { color-scheme: light dark; --paper: #f5f5f5; --card: #fff; --ink: #242424; --quiet: #616161; --line: #e0e0e0; --tint: #4f52b2; --on: #107c10; --off: #b10e1c; }
@media (prefers-color-scheme: dark) { :root { --paper: #1f1f1f; --card: #2d2d2d; --ink: #f5f5f5; --quiet: #b8b8b8; --line: #454545; --tint: #8f92ea; --on: #6cc46c; --off: #ff99a4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 "Segoe UI", system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
main.wide { max-width: 70rem; }
article, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.5rem; margin-bottom: 1rem; overflow-x: auto; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h1 code { font-size: 1.1rem; }
h2 { margin: 0 0 .75rem; font-size: 1.05rem; }
p { margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.state { display: inline-block; padding: .1rem .7rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .875rem; color: var(--quiet); }
.state.on { color: var(--on); border-color: var(--on); }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .4rem 1rem; margin: 1rem 0 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.2rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { display: grid; gap: .25rem; flex: 1 1 14rem; font-size: .875rem; color: var(--quiet); }
select, button { font: inherit; min-height: 2.5rem; padding: .35rem .8rem; border-radius: 6px; border: 1px solid var(--line); background: var(--card); color: var(--ink); }
button { background: var(--tint); border-color: var(--tint); color: var(--card); font-weight: 600; cursor: pointer; }
button.plain { background: none; color: var(--tint); border: 0; min-height: 0; padding: 0 .25rem; font-weight: 400; text-decoration: underline; }
:focus-visible { outline: 3px solid var(--tint); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 400; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-bottom: .75rem; }
thead th { position: sticky; top: 0; background: var(--card); }
tbody tr:hover { background: var(--paper); }
td:has(> .mark) { white-space: nowrap; }
.mark { font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark.good { color: var(--on); }
.mark.bad { color: var(--off); font-weight: 600; }
pre { margin: 0 0 .75rem; padding: .75rem; background: var(--paper); border-radius: 6px; overflow-x: auto; font: .8125rem/1.45 ui-monospace, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, Consolas, monospace; overflow-wrap: anywhere; }
a { color: var(--tint); }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
`;

/** The hash below is that of exactly what stands between the tags. */
const style = new Html(`<style>${css}</style>`);

/** Headers of every page: nothing from elsewhere, no scripts, forms only to ourselves. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  // Not `no-referrer`: browsers would then send our own forms with `Origin: null`.
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** How a page is laid out. */
export interface PageLook {
  /** Default: narrow. */
  readonly width?: 'narrow' | 'wide';
  /** The browser asks for the page again after so many seconds; default: never. */
  readonly refreshSeconds?: number;
}

/** A complete page around its content. */
export function page(title: string, content: Html, look: PageLook = {}): string {
  const { width = 'narrow', refreshSeconds } = look;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main class="${width}">${content}</main>
      </body>
    </html>`.text;
}
