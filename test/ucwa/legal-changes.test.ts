import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { type HttpAnswer, readBody } from '../../src/ucwa/answer';
import { hrefKey } from '../../src/ucwa/href';
import { decodeConversation } from '../../src/ucwa/resources/conversation';
import { decodeEventPackage } from '../../src/ucwa/resources/event-package';
import { decodeMyOnlineMeeting } from '../../src/ucwa/resources/my-online-meeting';
import { decodeOnlineMeeting } from '../../src/ucwa/resources/online-meeting';
import { decodeEligibleValues } from '../../src/ucwa/resources/online-meeting-eligible-values';
import { decodeInvitation } from '../../src/ucwa/resources/online-meeting-invitation';
import { decodePolicies } from '../../src/ucwa/resources/online-meeting-policies';
import { decodeParticipant } from '../../src/ucwa/resources/participant';
import { decodePhoneDialInInformation } from '../../src/ucwa/resources/phone-dial-in-information';
import { linksOf } from '../../src/ucwa/resources/resource';

import { type Document, gatherDocuments } from './support/corpus';
import { readExample } from './support/examples';
import { holds, patienceMs } from './support/fuzz';
import { origin, type Style, styles, writeJson, writeXml } from './support/legal';

const url = new URL(`${origin}/ucwa/oauth/v1/applications/833`);

const examples = ['get', 'put'].map((name): Document => ({
  href: name,
  json: readExample(`my-online-meeting.${name}.response`).text,
  xml: readExample(`my-online-meeting.${name}.xml.response`).text,
}));

/** Everything that a caller can learn from a body, with places made absolute; what is handed through is left out. */
function understand(type: string, text: string): unknown {
  const answer: HttpAnswer = {
    method: 'GET',
    url,
    status: 200,
    headers: { 'content-type': type },
    text,
    sentAt: 0,
    receivedAt: 0,
  };
  const body = readBody(answer);
  const scheduled = { ...decodeMyOnlineMeeting(body, { href: url.href }), raw: undefined };
  const running = { ...decodeOnlineMeeting(body), raw: undefined };
  const links = ['self', 'next', 'myOnlineMeetings', 'conversation', 'onlineMeetingExtensions', 'dialInRegion'];
  const { events, continuation } = decodeEventPackage(body, url);
  return {
    ...{ scheduled, running, conversation: decodeConversation(body, url), participant: decodeParticipant(body, url) },
    ...{
      invitation: decodeInvitation(body, url),
      eligible: decodeEligibleValues(body),
      policies: decodePolicies(body),
    },
    phone: decodePhoneDialInInformation(body),
    places: links.map((rel) => linksOf(body, rel).map(({ href }) => hrefKey(href, url))),
    next: continuation === undefined ? undefined : hrefKey(continuation.href, url),
    events: events.map(({ embedded, ...event }) => ({
      ...event,
      href: undefined,
      embedded:
        embedded === undefined ? undefined : [decodeConversation(embedded, url), decodeInvitation(embedded, url)],
    })),
  };
}

const loud = (type: string, style: Style): string => (style.loud ? `${type.toUpperCase()} ; Charset="UTF-8"` : type);

describe('What a document says does not depend on how it is written', () => {
  let documents: readonly Document[] = [];

  /** One of the pages' examples, or one of the simulator's documents. */
  const someDocument = (): fc.Arbitrary<Document> =>
    fc.oneof(fc.constantFrom(...examples), fc.constantFrom(...documents));

  before(async () => {
    const all = await gatherDocuments();
    documents = all.filter(({ xml }) => !xml.includes('<reason'));
  });

  it('in JSON', () => {
    holds(
      fc.property(someDocument(), styles, ({ json }, style) => {
        const changed = writeJson(JSON.parse(json) as Record<string, unknown>, style);

        assert.deepEqual(understand(loud('application/json', style), changed), understand('application/json', json));
      }),
    );
  });

  it('in XML', () => {
    holds(
      fc.property(someDocument(), styles, ({ xml }, style) => {
        assert.deepEqual(
          understand(loud('application/xml', style), writeXml(xml, style)),
          understand('application/xml', xml),
        );
      }),
    );
  });
}).timeout(patienceMs);
