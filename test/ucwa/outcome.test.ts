import assert from 'node:assert/strict';

import {
  type TransportFailureKind,
  UcwaAuthenticationError,
  UcwaCircuitOpenError,
  UcwaNotFoundError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
  UntrustedLinkError,
} from '../../src/ucwa';
import {
  hasSubcode,
  healthAfter,
  healthOfStatus,
  isGone,
  mayHaveArrived,
  mayRepeat,
  rowOf,
} from '../../src/ucwa/outcome';
import { outcomeTable } from '../../src/ucwa/outcome-table';

const answer = (status: number, subcode?: string): UcwaResponseError =>
  new UcwaResponseError('GET x', { status, code: 'X', subcode });
const page = (status: number): UcwaProxyAnswerError => new UcwaProxyAnswerError('GET x', { status, code: 'X' });
const transport = (kind: TransportFailureKind): UcwaTransportError =>
  new UcwaTransportError('GET x', { kind, ambiguous: true, networkCode: 'E' });
const unreadable = (status?: number): UcwaProtocolError => new UcwaProtocolError('x', { status });

/** The row, repeatable, creating, action, discovery, poll, batch, health, and the marks that only some have. */
type Line = readonly [error: unknown, row: string, verdicts: string, marks?: object];

// Written from the protocol, not from the table: repeatable creating action discovery poll batch health.
const refusal = 'refused refused refused next end singly up';
const lines: readonly Line[] = [
  [
    transport('refused'),
    'never sent',
    'repeat repeat repeat next again fail down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('dns'),
    'never sent',
    'repeat repeat repeat next again fail down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('unreachable'),
    'never sent',
    'repeat repeat repeat next again fail down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('reset'),
    'cut off',
    'repeat look unknown repeat again singly down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('timeout'),
    'no answer in time',
    'repeat look unknown next again singly down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('unknown'),
    'no answer in time',
    'repeat look unknown next again singly down',
    { rediscover: true, poolFailure: true },
  ],
  [
    transport('tls'),
    'certificate not trusted',
    'refused refused refused next again fail unsaid',
    { rediscover: true, poolFailure: true },
  ],
  [transport('too-large'), 'answer too large', 'refused look unknown next end halve up', { rediscover: true }],
  [
    new UcwaCircuitOpenError('https://x', { retryAfterMs: 1, lastFailure: 'transport.reset' }),
    'circuit open',
    'refused refused refused next again fail unsaid',
    { rediscover: true, poolFailure: true },
  ],
  [
    new UcwaUnknownOutcomeError('x'),
    'unknown outcome',
    'refused refused unknown next end fail unsaid',
    { poolFailure: true },
  ],
  [unreadable(200), 'unreadable answer', 'refused glance unknown next again singly up'],
  [unreadable(), 'unreadable content', 'refused look unknown next restart singly up'],
  [page(200), 'page in place of an answer', 'refused glance unknown next again singly up'],
  [page(302), 'page in place of an answer', 'refused glance unknown next again singly up'],
  [answer(400, 'ParameterValidationFailure'), '400', 'refused refused refused next restart singly up'],
  [page(400), '400', 'refused refused refused next restart singly up'],
  [answer(401), 'other 4xx', refusal],
  [answer(403, 'None'), '403', refusal, { rediscover: true }],
  [page(403), '403', refusal, { rediscover: true }],
  [
    answer(404, 'ApplicationNotFound'),
    '404 ApplicationNotFound',
    'refused refused refused next restart fail up',
    { gone: true, application: 'ask' },
  ],
  [
    answer(404, 'APIVersionNotSupported'),
    '404 APIVersionNotSupported',
    'refused refused refused next restart singly up',
  ],
  [answer(404), '404', 'refused refused refused next restart singly up', { gone: true }],
  [answer(404, 'SomethingNew'), '404', 'refused refused refused next restart singly up', { gone: true }],
  [page(404), '404', 'refused refused refused next restart singly up', { gone: true }],
  [answer(405), 'other 4xx', refusal],
  [answer(408), '408 and 504', 'repeat glance unknown repeat again singly up'],
  [page(408), '408 and 504 of a proxy', 'repeat look unknown repeat again singly up'],
  [answer(409, 'PGetReplaced'), '409 PGetReplaced', 'refused refused refused next replaced singly up'],
  [answer(409, 'AlreadyExists'), '409 AlreadyExists', 'refused confirm done next again singly up'],
  [answer(409, 'none'), '409 in between', 'repeat refused repeat next again singly up', { pauseMs: 1_000 }],
  [
    answer(409, 'AnotherOperationPending'),
    '409 in between',
    'repeat refused repeat next again singly up',
    { pauseMs: 1_000 },
  ],
  [answer(409, 'TooManyOnlineMeetings'), '409', 'refused refused refused next again singly up'],
  [answer(409), '409', 'refused refused refused next again singly up'],
  [
    answer(410, 'CannotRedirect'),
    '410 CannotRedirect',
    'refused refused refused next slowly fail up',
    { rediscover: true, poolFailure: true },
  ],
  [
    answer(410, 'TooManyApplications'),
    '410 TooManyApplications',
    'refused refused refused next end fail up',
    { gone: true, application: 'evicted' },
  ],
  [
    answer(410, 'UserAgentNotAllowed'),
    '410 UserAgentNotAllowed',
    'refused refused refused next end fail up',
    { gone: true, application: 'banned' },
  ],
  [
    answer(410, 'InactiveApplicationExpired'),
    '410 InactiveApplicationExpired',
    'refused refused refused next end fail up',
    { gone: true, application: 'lost' },
  ],
  [answer(410, 'SomethingNew'), '410', 'refused refused refused next end fail up', { gone: true }],
  [answer(412), 'other 4xx', refusal],
  [answer(413), '413', 'refused refused refused next end halve up'],
  [answer(415), 'other 4xx', refusal],
  [answer(428), 'other 4xx', refusal],
  [answer(429), '429', 'repeat repeat repeat repeat again halve up', { pauseMs: 5_000 }],
  [page(429), '429', 'repeat repeat repeat repeat again halve up', { pauseMs: 5_000 }],
  [answer(499), 'other 4xx', refusal],
  [answer(500, 'CallbackChannelError'), '5xx', 'repeat confirm unknown next again singly up'],
  [answer(500, 'SomethingNew'), '5xx', 'repeat confirm unknown next again singly up'],
  [page(500), '5xx of a proxy', 'repeat look unknown next again singly up'],
  [
    answer(500, 'invalidexchangeserverversion'),
    '500 InvalidExchangeServerVersion',
    'refused refused refused next again singly up',
  ],
  [answer(501), '501 and 505', 'refused refused refused next again singly up'],
  [answer(502), '502', 'repeat glance unknown repeat again singly up', { rediscover: true, poolFailure: true }],
  [page(502), '502 of a proxy', 'repeat look unknown repeat again singly up', { rediscover: true, poolFailure: true }],
  [answer(503), '503', 'repeat glance unknown repeat again singly down', { poolFailure: true }],
  [page(503), '503 of a proxy', 'repeat look unknown repeat again singly down', { poolFailure: true }],
  [answer(504, 'Timeout'), '408 and 504', 'repeat glance unknown repeat again singly up'],
  [page(504), '408 and 504 of a proxy', 'repeat look unknown repeat again singly up'],
  [answer(505), '501 and 505', 'refused refused refused next again singly up'],
  [answer(599), '5xx', 'repeat confirm unknown next again singly up'],
  [
    new UcwaAuthenticationError('invalid_grant', 'no'),
    'not in the table',
    'refused refused refused next end fail unsaid',
  ],
  [new UntrustedLinkError('evil.example', 'no'), 'not in the table', 'refused refused refused next end fail unsaid'],
  [new TypeError('a mistake of ours'), 'not in the table', 'refused refused refused next end fail unsaid'],
];

const named = lines.map((line) => [String(line[0]), ...line] as const);

describe('The decisions about failures', () => {
  for (const [name, error, row, verdicts, marks] of named) {
    it(`sorts ${name} under "${row}"`, () => {
      const { repeatable, creating, action, discovery, poll, batch, health, ...others } = rowOf(error);
      const { pauseMs, gone, rediscover, poolFailure, application } = others;
      const seen = Object.entries({ pauseMs, gone, rediscover, poolFailure, application }).filter(
        ([, value]) => value !== undefined,
      );

      assert.equal(others.id, row);
      assert.equal([repeatable, creating, action, discovery, poll, batch, health].join(' '), verdicts);
      assert.deepEqual(Object.fromEntries(seen), marks ?? {});
    });
  }

  it('has no row without a line here, and no name twice', () => {
    const tested = new Set(lines.map(([, row]) => row));
    const ids = outcomeTable.map(({ id }) => id);

    assert.deepEqual(
      ids.filter((id) => !tested.has(id)),
      [],
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  it('leaves no status of a failure to chance', () => {
    for (let status = 400; status < 600; status += 1) {
      assert.notEqual(rowOf(answer(status)).id, 'not in the table');
      assert.notEqual(rowOf(page(status)).id, 'not in the table');
    }
  });

  it('never lets a creating POST that may have arrived be sent again', () => {
    for (const { id, creating, action } of outcomeTable) {
      assert.ok(creating !== 'repeat' || action === 'repeat', id);
    }
  });

  it('answers the questions of those who ask', () => {
    assert.ok(mayRepeat(answer(503), 'repeatable') && !mayRepeat(answer(503), 'creating'));
    assert.ok(mayHaveArrived(transport('reset')) && !mayHaveArrived(transport('refused')));
    assert.ok(isGone(new UcwaNotFoundError('x', { status: 404, code: 'NotFound' })));
    assert.ok(!isGone(answer(410, 'CannotRedirect')));
    assert.ok(hasSubcode(answer(409, 'none'), 'None') && !hasSubcode(new Error('None'), 'None'));
  });

  it('counts a server as down that does not answer or says 503, and never because of a 4xx', () => {
    const down = Array.from({ length: 500 }, (_, index) => index + 100).filter((s) => healthOfStatus(s) === 'down');

    assert.deepEqual(down, [503]);
    assert.equal(healthAfter(transport('reset'), false), 'down');
    assert.equal(healthAfter(transport('reset'), true), 'unsaid'); // a held P-GET that somebody in between cut off
    assert.equal(healthAfter(transport('refused'), true), 'down');
  });
});
