import type { RequestDetail, ShownHalf } from '../request-log';

import { failureReason } from './failure-reason';
import { type Html, html, page } from './html';
import { statusMark } from './status-mark';

/** One request and its answer in full, for somebody who wants to know why a client got what it got. */
export function requestPage(detail: RequestDetail): string {
  const { number, method, path, status, at, ms } = detail;
  const reason = failureReason(detail);
  const title = `${method} ${path}`;
  return page(
    `${String(number)}: ${title}`,
    html`<nav aria-label="Requests">
        <a href="/_sim/#requests">All requests</a> <a href="/_sim/requests/${number - 1}">Before</a>
        <a href="/_sim/requests/${number + 1}">After</a> <a href="/_sim/requests/${number}.json">As JSON</a>
      </nav>
      <article>
        <h1><code>${title}</code></h1>
        <p>${statusMark(status)} ${reason}</p>
        <p class="quiet">
          Request ${number}, ${new Date(at).toISOString()}, ${ms} ms. Tickets and passwords are removed.
        </p>
      </article>
      ${half('request', 'Request', detail.request)} ${half('response', 'Answer', detail.response)}`,
    { width: 'wide' },
  );
}

/** What there is to say about a request that is not kept. */
export function noRequestPage(): string {
  return page(
    'No such request',
    html`<nav aria-label="Requests"><a href="/_sim/#requests">All requests</a></nav>
      <article>
        <h1>No such request</h1>
        <p>It has not ended yet, or it is not among the last 500.</p>
      </article>`,
  );
}

function half(id: string, title: string, { headers, body, bodyBytes }: ShownHalf): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <pre tabindex="0">${headers.map(([name, value]) => `${name}: ${value}\n`)}</pre>
    ${
      bodyBytes === 0
        ? html`<p class="quiet">No body.</p>`
        : html`<p class="quiet">${bodyBytes} bytes${body.length < bodyBytes ? ', perhaps not all shown' : ''}</p>
            <pre tabindex="0">${indented(body)}</pre>`
    }
  </section>`;
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
