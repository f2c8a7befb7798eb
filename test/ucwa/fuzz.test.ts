import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { UntrustedLinkError } from '../../src/ucwa';
import { parseChallenges, readOffer } from '../../src/ucwa/challenge';
import { asksForNewToken, parseDiagnostics } from '../../src/ucwa/diagnostics';
import { assertTrusted, isWithin, resolveHref, trustRules } from '../../src/ucwa/href';
import { isJsonObject, readDate } from '../../src/ucwa/json';
import { decodeEventPackage } from '../../src/ucwa/resources/event-package';
import { Conversations, hasCompany } from '../../src/ucwa/session/conversations';
import { Operations } from '../../src/ucwa/session/operations';

import { holds, patienceMs } from './support/fuzz';

const base = new URL('https://pool.contoso.com/ucwa/v1/applications/1/events?ack=1');
const rules = trustRules({ server: { kind: 'domain', sipDomain: 'contoso.com' } });

/** Texts as headers can hold them, rich in what the grammars are made of. */
const headerText = fc.string({ unit: fc.constantFrom(...Array.from('aZ09 \t"\\,;=/:.-_@*')), maxLength: 80 });
const quotable = fc.string({ unit: fc.constantFrom(...Array.from('aZ09 ,;=/:.-_@"\\')), maxLength: 30 });
const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

const conversation = '/ucwa/v1/applications/1/conversations/1';
const invitation = '/ucwa/v1/applications/1/invitations/1';
const people = ['self', 'ada', 'ben', 'cem'] as const;

/** An event of somebody coming, going, or changing between leaders and attendees. */
const rosterEvent = fc
  .record({ who: fc.constantFrom(...people), what: fc.constantFrom('added', 'deleted', 'leaders', 'attendees') })
  .map(({ who, what }) => {
    const link = { rel: 'participant', href: `${conversation}/participants/${who}` };
    const _embedded = { participant: { uri: `sip:${who}@contoso.com` } };
    if (what === 'deleted') return { link, type: 'deleted' };
    return what === 'added'
      ? { link, type: 'added', _embedded }
      : { link, type: 'added', in: { rel: what }, _embedded };
  });

/** Cuts a list into pieces of random length. */
function cut<T>(list: readonly T[], at: readonly boolean[]): T[][] {
  const pieces: T[][] = [[]];
  list.forEach((entry, index) => {
    if (at[index % Math.max(1, at.length)] === true) pieces.push([]);
    pieces.at(-1)?.push(entry);
  });
  return pieces;
}

/** The roster after these packages, each a list of senders, each a list of events. */
function fold(packages: readonly (readonly (readonly unknown[])[])[]): readonly [string, boolean | undefined][] {
  const conversations = new Conversations('sip:self@contoso.com');
  for (const senders of packages) {
    const sender = senders.map((events) => ({ rel: 'conversation', href: conversation, events }));
    for (const event of decodeEventPackage({ sender }, base).events) conversations.apply(event, base);
  }
  const known = conversations.at(`https://pool.contoso.com${conversation}`);
  const others = [...known.roster].filter(([, { local }]) => local !== true);
  assert.equal(hasCompany(known), others.length > 0);
  return [...known.roster].map(([key, { local }]): [string, boolean | undefined] => [key, local]).sort();
}

describe('Whatever a server sends', () => {
  it('is never more than challenges', () => {
    holds(
      fc.property(headerText, (header) => {
        for (const { scheme, params } of parseChallenges(header)) {
          assert.equal(scheme, scheme.toLowerCase());
          assert.ok(Object.values(params).every((value) => typeof value === 'string'));
        }
        readOffer(parseChallenges(header));
      }),
    );
  });

  it('brings challenges as they were written', () => {
    holds(
      fc.property(quotable, quotable, (href, grants) => {
        const header = `Negotiate, Bearer client_id=${quote(grants)}, MsRtcOAuth href=${quote(href)},grant_type=${quote(grants)}`;

        assert.deepEqual(parseChallenges(header), [
          { scheme: 'negotiate', params: {} },
          { scheme: 'bearer', params: { client_id: grants } },
          { scheme: 'msrtcoauth', params: { href, grant_type: grants } },
        ]);
      }),
    );
  });

  it('is a diagnosis only when it begins with a number', () => {
    holds(
      fc.property(headerText, (header) => {
        const diagnostics = parseDiagnostics(header);
        assert.equal(diagnostics !== undefined, /^\s*\d/.test(header));
        asksForNewToken(diagnostics);
      }),
    );
  });

  it('brings the code and source of a diagnosis as written', () => {
    holds(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.stringMatching(/^[a-z\d.,;=-]{0,30}$/), (code, source) => {
        const diagnostics = parseDiagnostics(`${String(code)};source="${source}";reason="The reason; why=not."`);

        assert.deepEqual(diagnostics, { code, source, reason: 'The reason; why=not.' });
      }),
    );
  });

  it('is a date or none, never an invalid one', () => {
    holds(
      fc.property(
        fc.oneof(
          fc.anything(),
          headerText,
          fc.integer().map((ms) => `/Date(${String(ms)})/`),
        ),
        (value) => {
          assert.notEqual(readDate({ value }, 'value')?.getTime(), NaN);
        },
      ),
    );
  });

  it('is the same date in each of its spellings', () => {
    const milliseconds = fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 });
    holds(
      fc.property(milliseconds, fc.constantFrom('', '+0100', '-0800'), (ms, offset) => {
        const spellings = [`/Date(${String(ms)}${offset})/`, new Date(ms).toISOString()];

        for (const value of spellings) assert.equal(readDate({ value }, 'value')?.getTime(), ms);
      }),
    );
  });

  it('leads nowhere but to https below the trusted domain', () => {
    const anyUrl = fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string(), headerText);
    const near = fc
      .tuple(
        fc.constantFrom('https:', 'http:', 'HTTPS:', ''),
        fc.constantFrom('//', '/\\', '\\\\', '///', '/'),
        fc.constantFrom('', 'a@', 'pool.contoso.com@', 'pool.contoso.com:443@'),
        fc.constantFrom('pool.contoso.com', 'evilcontoso.com', 'contoso.com.evil.example', '10.0.0.1', 'CONTOSO.COM.'),
        fc.constantFrom('', ':443', ':8443', '/x', '\t/x', '#@contoso.com', '?@contoso.com'),
      )
      .map((parts) => parts.join(''));
    holds(
      fc.property(fc.oneof(anyUrl, near), (href) => {
        try {
          const url = resolveHref(href, base);
          assertTrusted(url, rules);
          assert.equal(url.protocol, 'https:');
          assert.ok(isWithin(url.hostname, 'contoso.com'), url.href);
          assert.equal(`${url.username}${url.password}${url.port}${url.hash}`, '');
        } catch (error) {
          if (!(error instanceof UntrustedLinkError)) throw error;
        }
      }),
    );
  });

  it('is read as events, or left out', () => {
    holds(
      fc.property(fc.jsonValue(), fc.jsonValue(), (sender, links) => {
        const raw: unknown = { sender, _links: links };
        const conversations = new Conversations('sip:self@contoso.com');
        const operations = new Operations(Date.now);
        for (const event of decodeEventPackage(isJsonObject(raw) ? raw : {}, base).events) {
          conversations.apply(event, base);
          operations.apply(event, base);
        }
      }),
    );
  });

  it('folds to the same roster however it is cut into senders and packages', () => {
    const cuts = fc.array(fc.boolean(), { maxLength: 12 });
    holds(
      fc.property(fc.array(rosterEvent, { maxLength: 30 }), cuts, cuts, (history, senders, packages) => {
        assert.deepEqual(fold(cut(cut(history, senders), packages)), fold([[history]]));
      }),
    );
  });

  it('comes to the same outcome wherever the answer to the POST comes in between', () => {
    const embedded = { state: 'Connecting', _links: { conversation: { href: conversation } } };
    const link = { rel: 'onlineMeetingInvitation', href: invitation };
    const happening = (type: string, more: object = {}): unknown => ({
      link,
      type,
      _embedded: { onlineMeetingInvitation: embedded },
      ...more,
    });
    const history = [happening('started'), happening('updated'), happening('completed', { status: 'Success' })];
    const raw = { sender: [{ rel: 'communication', href: '/c', events: history }] };
    const { events } = decodeEventPackage(raw, base);
    holds(
      fc.property(fc.subarray([...events], { minLength: 1 }), fc.nat(3), (shown, answeredAt) => {
        const last = events.at(-1);
        const seen = last === undefined || shown.includes(last) ? shown : [...shown, last];
        const operations = new Operations(Date.now);
        const operation = operations.open('1');
        const key = `https://pool.contoso.com${invitation}`;
        seen.forEach((event, index) => {
          if (index === answeredAt) operations.locate(operation, key);
          operations.apply(event, base);
        });
        operations.locate(operation, key);

        assert.deepEqual(operation.outcome, { kind: 'success' });
        assert.equal(operation.conversationKey, `https://pool.contoso.com${conversation}`);
      }),
    );
  });
}).timeout(patienceMs);
