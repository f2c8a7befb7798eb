/*
 * What fits into the largest answer and becomes as much as possible. Run as a program of its own, whose memory Node limits.
 */
import { type HttpAnswer, readBody } from '../../../src/ucwa/answer';
import { UcwaError } from '../../../src/ucwa/errors';
import { decodeEventPackage } from '../../../src/ucwa/resources/event-package';
import { Conversations } from '../../../src/ucwa/session/conversations';

const url = new URL('https://pool.contoso.com/ucwa/v1/applications/1/events');
const answerBytes = 4 * 1024 * 1024;

const fill = (piece: string): string => piece.repeat(Math.floor((answerBytes - 100) / piece.length));
const event = '{"link":{"rel":"conversation","href":"/c"},"type":"added"},';

const documents: readonly (readonly [type: string, text: string])[] = [
  ['application/json', `{"sender":[${fill('{},')}{}]}`],
  ['application/json', `{"sender":[{"rel":"communication","href":"/c","events":[${fill(event)}{}]}]}`],
  ['application/json', `{"a":${fill('[')}`],
  ['application/json', `{"a":"${fill('\\u0041')}"}`],
  ['application/xml', `<events>${fill('<sender/>')}</events>`],
  ['application/xml', `<resource a="${fill('&amp;')}"/>`],
  ['application/xml', `<resource><property name="a">${fill('&#65;')}</property></resource>`],
  ['application/xml', fill('<resource>')],
  ['application/xml', `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1_000)}">]><resource>${fill('&b;')}</resource>`],
];

for (const [type, text] of documents) {
  const answer: HttpAnswer = {
    method: 'GET',
    url,
    status: 200,
    headers: { 'content-type': type },
    text,
    sentAt: 0,
    receivedAt: 0,
  };
  try {
    const conversations = new Conversations('sip:self@contoso.com');
    for (const told of decodeEventPackage(readBody(answer), url).events) conversations.apply(told, url);
  } catch (error) {
    if (!(error instanceof UcwaError)) throw error;
  }
}
