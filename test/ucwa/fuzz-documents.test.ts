import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { UcwaError, UcwaProtocolError } from '../../src/ucwa';
import { type HttpAnswer, readBody, toResponseError } from '../../src/ucwa/answer';
import type { JsonObject } from '../../src/ucwa/json';
import { encodePayload } from '../../src/ucwa/payload';
import { decodeMe } from '../../src/ucwa/resources/application';
import { decodeConversation } from '../../src/ucwa/resources/conversation';
import { decodeEventPackage } from '../../src/ucwa/resources/event-package';
import { decodeMyOnlineMeeting } from '../../src/ucwa/resources/my-online-meeting';
import { decodeOnlineMeeting } from '../../src/ucwa/resources/online-meeting';
import { decodeDefaultValues } from '../../src/ucwa/resources/online-meeting-default-values';
import { decodeEligibleValues } from '../../src/ucwa/resources/online-meeting-eligible-values';
import { decodeInvitation } from '../../src/ucwa/resources/online-meeting-invitation';
import { decodePolicies } from '../../src/ucwa/resources/online-meeting-policies';
import { decodeParticipant } from '../../src/ucwa/resources/participant';
import { decodePhoneDialInInformation } from '../../src/ucwa/resources/phone-dial-in-information';
import { embeddedOf, linksOf } from '../../src/ucwa/resources/resource';
import { Conversations } from '../../src/ucwa/session/conversations';
import { Operations } from '../../src/ucwa/session/operations';
import { parseXml } from '../../src/ucwa/xml';
import { decodeXmlPayload } from '../../src/ucwa/xml-payload';

import { type Document, gatherDocuments } from './support/corpus';
import { damaged, holds, patienceMs, scratched, textOf, withOneStranger } from './support/fuzz';

const url = new URL('https://pool.contoso.com/ucwa/v1/applications/1');

const xmlPieces = [
  ...['<', '>', '/', '=', '"', "'", '&', ';', '!', '?', '-', ' ', '\n', ':', 'a', 'b', '#', 'x', '4', '1', ']]>'],
  ...['<a>', '</a>', '<a/>', '<![CDATA[', '<!--', '-->', '<?xml', '?>', '&amp;', '&#65;', '&#x0;', '<!DOCTYPE'],
  ...['<resource rel="r" href="/r">', '</resource>', '<link rel="l" href="/l"/>', '<property name="p">', '</property>'],
  ...['<events>', '</events>', '<sender rel="s" href="/s">', '</sender>', '<added rel="r" href="/r">', '</added>'],
];
const jsonPieces = ['{', '}', '[', ']', '"', ':', ',', '\\', 'null', '1', '"a"', '"_links"', '"href"', '\\u0000', '{}'];

function answer(type: string, text: string, status = 200): HttpAnswer {
  return { method: 'GET', url, status, headers: { 'content-type': type }, text, sentAt: 0, receivedAt: 0 };
}

/** Everything that this client ever makes of a body. */
function makeAllOf(body: JsonObject): void {
  decodeMe(body);
  decodeConversation(body, url);
  decodeParticipant(body, url);
  decodeInvitation(body, url);
  decodeOnlineMeeting(body);
  decodeDefaultValues(body);
  decodeEligibleValues(body);
  decodePolicies(body);
  decodePhoneDialInInformation(body);
  for (const rel of [...Object.keys(body), 'self', 'constructor', '__proto__']) {
    linksOf(body, rel);
    embeddedOf(body, rel);
  }
  const conversations = new Conversations('sip:self@contoso.com');
  const operations = new Operations(Date.now);
  for (const event of decodeEventPackage(body, url).events) {
    conversations.apply(event, url);
    operations.apply(event, url);
  }
  const { raw } = decodeMyOnlineMeeting(body, { href: url.href });
  encodePayload(raw, 'json');
  decodeXmlPayload(encodePayload(raw, 'xml').body.replaceAll(/(<\/?)input/g, '$1resource'));
}

/** Reads an answer as success and as error, and takes it apart. Only what the client names may go wrong. */
function takeApart(type: string, text: string): void {
  try {
    makeAllOf(readBody(answer(type, text)));
  } catch (error) {
    if (!(error instanceof UcwaError)) throw error;
  }
  assert.ok(toResponseError(answer(type, text, 400)) instanceof UcwaError);
}

describe('Documents that are damaged', () => {
  let documents: readonly Document[] = [];

  before(async () => {
    documents = await gatherDocuments();
  });

  it('are damaged ones of every kind', () => {
    const kinds = new Set(documents.flatMap(({ json }) => /"rel":"(\w+)"/.exec(json)?.[1] ?? []));
    assert.ok(kinds.size >= 12, [...kinds].join(' '));
  });

  it('are XML or refused, whatever the text', () => {
    holds(
      fc.property(fc.oneof(textOf(xmlPieces, 60), fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        try {
          assert.ok(parseXml(text).name.length > 0);
        } catch (error) {
          if (!(error instanceof UcwaProtocolError)) throw error;
        }
      }),
    );
  });

  it('are JSON or refused, whatever the text', () => {
    holds(
      fc.property(fc.oneof(textOf(jsonPieces, 60), fc.string({ maxLength: 100 })), (text) => {
        takeApart('application/json', text);
      }),
    );
  });

  it('are read as far as possible in XML', () => {
    const damage = fc.constantFrom(...documents).chain(({ xml }) => scratched(xml, xmlPieces));
    holds(
      fc.property(damage, (text) => {
        takeApart('application/xml', text);
      }),
    );
  });

  it('are read as far as possible in JSON that is broken', () => {
    const damage = fc.constantFrom(...documents).chain(({ json }) => scratched(json, jsonPieces));
    holds(
      fc.property(damage, (text) => {
        takeApart('application/json', text);
      }),
    );
  });

  it('are read as far as possible when any one part is something else', () => {
    const kinds = new Map(documents.map(({ json }) => [/"rel":"(\w+)"/.exec(json)?.[1], json]));
    const packages = documents.filter(({ json }) => json.includes('"sender"')).map(({ json }) => json);
    for (const json of new Set([...kinds.values(), ...packages])) {
      for (const text of withOneStranger(JSON.parse(json))) takeApart('application/json', text);
    }
  });

  it('are read as far as possible in JSON that says something else', () => {
    const damage = fc.constantFrom(...documents).chain(({ json }) => damaged(JSON.parse(json)));
    holds(
      fc.property(damage, (text) => {
        takeApart('application/json', text);
      }),
    );
  });
}).timeout(patienceMs);
