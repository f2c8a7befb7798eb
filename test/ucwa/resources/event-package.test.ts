import assert from 'node:assert/strict';

import { isJsonObject } from '../../../src/ucwa/json';
import { decodeEventPackage } from '../../../src/ucwa/resources/event-package';
import { acceptMeetings, MeetingEvents } from '../support/packages';
import { anySignal, type Pool, withAccountIn } from '../support/pool';

const base = new URL('https://pool.contoso.com/ucwa/v1/applications/1/events?ack=1');

function decode(text: string): ReturnType<typeof decodeEventPackage> {
  const raw: unknown = JSON.parse(text);
  return decodeEventPackage(isJsonObject(raw) ? raw : {}, base);
}

/** Packages a server could send and that mean nothing to us; each is followed by the next as always. */
const oddities: readonly (readonly [name: string, senders: (pool: Pool) => unknown[]])[] = [
  ['twenty thousand senders', () => Array.from({ length: 20_000 }, () => ({ rel: 'x' }))],
  [
    'one sender five thousand times',
    ({ app }) => {
      const sender = { rel: 'communication', href: `${app}/communication` };
      const event = { link: { rel: 'conversation', href: `${app}/conversations/other` }, type: 'updated' };
      return Array.from({ length: 5_000 }, () => ({ ...sender, events: [event] }));
    },
  ],
  [
    'senders, targets and types that nobody knows',
    ({ app }) => [
      { rel: 'weather', href: `${app}/weather`, events: [{ link: { rel: 'rain', href: '/rain' }, type: 'falls' }] },
      { rel: 'communication', events: [{ link: { rel: 'conversation' }, type: 'added' }] },
    ],
  ],
  [
    'links that lead in a circle',
    ({ app }) => {
      const here = { href: `${app}/conversations/loop` };
      const links = { self: here, onlineMeeting: here, localParticipant: here, participants: here, lobby: here };
      const conversation = { state: 'Connected', _links: links };
      const event = { link: { rel: 'conversation', ...here }, type: 'added', _embedded: { conversation } };
      return [{ rel: 'communication', ...here, events: [event, event] }];
    },
  ],
];

/** What only JSON can say. */
const nonsense: unknown[] = [
  { rel: 'communication', href: 5, events: { link: { href: [] }, type: {} } },
  { events: [null, 1, 'x', [], { link: null }, { type: 'added' }] },
  ...[null, 7, 'sender', [], true],
];

const cases = [
  ...oddities.flatMap(([name, senders]) => (['json', 'xml'] as const).map((format) => ({ name, senders, format }))),
  { name: 'senders that are none', senders: () => nonsense, format: 'json' as const },
];

describe('decodeEventPackage', () => {
  it('A-20: reads a million senders in bounded time, and makes nothing of those that tell nothing', () => {
    const { events, continuation } = decode(
      `{"_links":{"next":{"href":"?ack=2"}},"sender":[${'{},'.repeat(1_000_000)}{}]}`,
    );

    assert.deepEqual([events.length, continuation?.kind], [0, 'next']);
  });

  it('A-20: reads as many events of one sender as fit into an answer', () => {
    const event = '{"link":{"rel":"conversation","href":"/c"},"type":"added"},';
    const count = Math.floor((4 * 1024 * 1024) / event.length);

    const { events } = decode(`{"sender":[{"rel":"communication","href":"/c","events":[${event.repeat(count)}{}]}]}`);

    assert.equal(events.length, count);
    assert.equal(new Set(events.map(({ senderKey }) => senderKey)).size, 1);
  });

  for (const { name, senders, format } of cases) {
    it(`A-20: lets a meeting start after ${name}, in ${format}`, async () => {
      await withAccountIn(format)(async (pool, account) => {
        const events = new MeetingEvents(pool, 'operation');
        acceptMeetings(pool, events);
        await account.signIn(anySignal());
        pool.push(senders(pool));
        pool.push(events.success());

        const before = pool.requests.length;
        const joined = await account.startOnlineMeeting({ operationId: 'operation' }, anySignal());

        assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/annab/7QX2MZ4K');
        assert.ok(pool.requests.length - before < 20, String(pool.requests.length - before));
      });
    });
  }
});
