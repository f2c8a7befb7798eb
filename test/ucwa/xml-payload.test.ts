import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { UcwaProtocolError } from '../../src/ucwa';
import { encodeXmlInput } from '../../src/ucwa/xml-input';
import { decodeXmlPayload } from '../../src/ucwa/xml-payload';

import { readInput, toXml } from './support/xml-form';

/** Text of any kind XML can carry. */
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll(/[\0\p{Cs}]/gu, ''));
const href = fc.webPath({ size: 'small' }).map((path) => `/app${path}`);
const link = fc.record({ href, title: text, revision: fc.constantFrom('1', '2') }, { requiredKeys: ['href'] });
const rels = ['self', 'conversation', 'localParticipant', 'phoneDialInInformation'];
const names = [
  'subject',
  'description',
  'expirationTime',
  '7e1d4c0a-52b9-4f3e-8a6d-0c9b1f2e3d4a',
  '__proto__',
  'a"<b>',
];

/** A bag of properties: texts, lists, and numbers and booleans where they are expected. */
const properties = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names), text),
    fc.dictionary(fc.constantFrom('attendees', 'leaders', 'languages'), fc.array(text, { maxLength: 3 })),
    fc.dictionary(
      fc.constantFrom('meetingSize', 'participantCount'),
      fc.maxSafeNat().map((value) => value % 1_000_000),
    ),
    fc.dictionary(fc.constantFrom('local', 'inLobby'), fc.boolean()),
  )
  .map((bags) => Object.fromEntries(bags.flatMap((bag) => Object.entries(bag))) as Record<string, unknown>);

const linkBag = fc.dictionary(fc.constantFrom(...rels.slice(1)), link, { minKeys: 1 });
const leaf = fc.tuple(properties, linkBag, href).map(([bag, links, self]) => ({
  ...bag,
  rel: 'participant',
  _links: { self: { href: self }, ...links },
}));

/** A resource as JSON: one and several embedded ones, links of a relation that has one entry and of one that has many. */
const resource = fc
  .tuple(
    properties,
    linkBag,
    fc.array(link, { minLength: 1, maxLength: 3 }),
    fc.array(leaf, { minLength: 1, maxLength: 3 }),
  )
  .map(([bag, links, participants, lobby]) => ({
    ...bag,
    rel: 'lobby',
    _links: { self: { href: '/app/lobby' }, ...links, participant: participants },
    _embedded: { localParticipant: lobby[0], participant: lobby },
  }));

const event = fc
  .tuple(leaf, text, fc.constantFrom('added', 'updated', 'deleted', 'completed'))
  .map(([target, title, type]) => ({
    link: { rel: 'participant', href: target._links.self.href, title },
    in: { rel: 'leaders', href: '/app/leaders' },
    type,
    status: 'Failure',
    reason: { code: 'RemoteFailure', subcode: 'Removed', debugInfo: {} },
    _embedded: { participant: target },
  }));

const declared = (content: string): string => `<?xml version="1.0" encoding="utf-8"?>${content}`;
const equal = (one: unknown, other: unknown): void => {
  assert.equal(JSON.stringify(sorted(one)), JSON.stringify(sorted(other)));
};

/** The same with the members of all objects in order: XML does not keep properties and lists apart from each other. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, sorted(member)]);
  return entries.sort(([one], [other]) => (one < other ? -1 : 1));
}

describe('XML payloads', () => {
  describe('decodeXmlPayload', () => {
    it('gives any resource the shape it has in JSON', () => {
      fc.assert(
        fc.property(resource, (body) => {
          equal(decodeXmlPayload(toXml(body)), body);
        }),
      );
    });

    it('gives any event package the shape it has in JSON', () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 4 }), href, (events, next) => {
          const body = {
            _links: { self: { href: '/app/events?ack=1' }, next: { href: next } },
            sender: [{ rel: 'conversation', href: '/app/conversations/1', events }],
          };
          equal(decodeXmlPayload(toXml(body)), body);
        }),
      );
    });

    it('gives a resource back that is read from its own input', () => {
      fc.assert(
        fc.property(properties, (body) => {
          const input = encodeXmlInput(body);
          const asResource = input.replace('<input ', '<resource ').replace(/<\/input>$/, '</resource>');

          equal(decodeXmlPayload(asResource), xmlOnly(body));
        }),
      );
    });

    it('never fails but with an error of this client', () => {
      const piece = fc.constantFrom(
        '<resource',
        ' rel="x"',
        ' href="y"',
        '>',
        '/>',
        '</resource>',
        '<events>',
        '<property name="a">',
        '&amp;',
        '&#0;',
        '<!DOCTYPE x>',
        ']]>',
        '<![CDATA[',
        'text',
      );
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string(),
            fc.array(piece).map((pieces) => pieces.join('')),
          ),
          (document) => {
            try {
              decodeXmlPayload(document);
            } catch (error) {
              assert.ok(error instanceof UcwaProtocolError);
            }
          },
        ),
      );
    });

    it('has arrays where JSON has them, and single links where JSON has those', () => {
      const collection = decodeXmlPayload(
        '<resource rel="conversations" href="/c"><link rel="conversation" href="/c/1"/></resource>',
      );
      const invitation = decodeXmlPayload(
        '<resource rel="onlineMeetingInvitation" href="/i"><link rel="conversation" href="/c/1"/></resource>',
      );

      assert.deepEqual(collection._links, { self: { href: '/c' }, conversation: [{ href: '/c/1' }] });
      assert.deepEqual(invitation._links, { self: { href: '/i' }, conversation: { href: '/c/1' } });
    });

    it('types numbers and booleans by name, and leaves everything else text', () => {
      const body = decodeXmlPayload(
        declared(
          '<u:resource xmlns:u="http://schemas.microsoft.com/rtc/2012/03/ucwa"><u:property name="meetingSize">250</u:property>' +
            '<property name="local">True</property><property name="inLobby">perhaps</property><property name="conferenceId">0042</property>' +
            '<property name="subject">True</property><property name="participantCount" /><unknown><deep/></unknown></u:resource>',
        ),
      );

      assert.deepEqual(body, {
        meetingSize: 250,
        local: true,
        inLobby: 'perhaps',
        conferenceId: '0042',
        subject: 'True',
        participantCount: '',
      });
    });

    it('reads an error with its parameters, whatever form they have', () => {
      const body = decodeXmlPayload(
        declared(
          '<reason xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><code>BadRequest</code>' +
            '<subcode>ParameterValidationFailure</subcode><message>Please check.</message><debugInfo><property name="diagnosticsCode">2072</property></debugInfo>' +
            '<parameters><property name="userAgent">missing</property><parameter name="culture" reason="unknown"/>' +
            '<parameter><name>endpointId</name><reason>too long</reason></parameter><subject>too short</subject></parameters></reason>',
        ),
      );

      assert.deepEqual(body, {
        code: 'BadRequest',
        subcode: 'ParameterValidationFailure',
        message: 'Please check.',
        debugInfo: { diagnosticsCode: '2072' },
        parameters: [
          { name: 'userAgent', reason: 'missing' },
          { name: 'culture', reason: 'unknown' },
          { name: 'endpointId', reason: 'too long' },
          { name: 'subject', reason: 'too short' },
        ],
      });
    });

    it('reads the status of an event from a child element too', () => {
      const body = decodeXmlPayload(
        '<events><link rel="resync" href="/e"/><sender rel="communication" href="/c"><link rel="x" href="/y"/>' +
          '<completed rel="onlineMeetingInvitation" href="/i"><status> Success </status></completed></sender></events>',
      );

      assert.deepEqual(body, {
        _links: { resync: { href: '/e' } },
        sender: [
          {
            rel: 'communication',
            href: '/c',
            events: [{ link: { rel: 'onlineMeetingInvitation', href: '/i' }, type: 'completed', status: 'Success' }],
          },
        ],
      });
    });

    for (const document of [
      '<html/>',
      '<input/>',
      '<code>Gone</code><subcode>None</subcode>',
      '<resource a="1" a="2"/>',
    ]) {
      it(`refuses ${document}`, () => {
        assert.throws(() => decodeXmlPayload(document), UcwaProtocolError);
      });
    }
  });

  describe('encodeXmlInput', () => {
    it('writes what any XML reader reads back', () => {
      fc.assert(
        fc.property(properties, (body) => {
          equal(readInput(encodeXmlInput(body)), asTexts(xmlOnly(body)));
        }),
      );
    });

    it('leaves out what only JSON can say', () => {
      const body = {
        a: null,
        b: undefined,
        c: { d: 1 },
        _links: {},
        e: [1, null, 'x', {}],
        f: 'x\u0001\ud800y',
        g: '',
      };

      assert.deepEqual(readInput(encodeXmlInput(body)), { e: ['1', 'x'], f: 'xy', g: '' });
    });
  });
});

/** What is left of texts when characters that XML does not have are left out. */
function xmlOnly(body: Record<string, unknown>): Record<string, unknown> {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    return typeof value === 'string' ? value.replaceAll(/(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu, '') : value;
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, clean(value)]));
}

function asTexts(body: Record<string, unknown>): Record<string, unknown> {
  const written = (value: unknown): unknown => (value === true ? 'True' : value === false ? 'False' : String(value));
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? value : written(value)]),
  );
}
