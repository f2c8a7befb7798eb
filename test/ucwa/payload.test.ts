import assert from 'node:assert/strict';

import { UcwaNotFoundError, UcwaProtocolError, UcwaProxyAnswerError, UcwaResponseError } from '../../src/ucwa';
import { type HttpAnswer, readBody, toResponseError } from '../../src/ucwa/answer';

import { anySignal, wireMeeting, withAccountIn } from './support/pool';
import { toXml } from './support/xml-form';

const vendor = 'application/vnd.microsoft.com.ucwa+xml';

function answer(type: string, text: string, status = 200): HttpAnswer {
  const url = new URL('https://pool.contoso.com/app');
  return { method: 'GET', url, status, headers: { 'content-type': type }, text, sentAt: 0, receivedAt: 0 };
}

const xml = '<?xml version="1.0" encoding="utf-8"?><resource rel="me" href="/me"/>';
const withAccount = withAccountIn('xml');
const me = { rel: 'me', _links: { self: { href: '/me' } } };

const readable: [string, string][] = [
  ['application/xml', xml],
  ['text/xml; charset=utf-8', xml],
  [`${vendor}; charset=utf-8`, xml],
  ['Application/vnd.microsoft.ucwa+XML', xml],
  ['application/json', JSON.stringify(me)],
  ['application/vnd.microsoft.com.ucwa+json', JSON.stringify(me)],
];

describe('Payloads', () => {
  describe('readBody', () => {
    for (const [type, text] of readable) {
      it(`reads ${type}`, () => {
        assert.deepEqual(readBody(answer(type, text)), me);
      });
    }

    for (const type of ['text/html', 'application/xhtml+xml', 'image/svg+xml', 'application/atom+xml', 'text/plain']) {
      it(`A-19, F-24: takes ${type} for the answer of somebody else`, () => {
        assert.throws(() => readBody(answer(type, xml)), UcwaProxyAnswerError);
      });
    }

    for (const [name, open, close] of [
      ['objects', '{"a":', '}'],
      ['lists', '[', ']'],
    ] as const) {
      it(`refuses ${name} nested so deeply that they could never be sent back`, () => {
        const text = `{"b":${open.repeat(5_000)}1${close.repeat(5_000)}}`;
        assert.throws(() => readBody(answer('application/json', text)), UcwaProtocolError);
      });
    }

    for (const text of ['<resource>', '<html/>', '{}', '<!DOCTYPE resource><resource/>', '']) {
      it(`cannot read "${text}" as XML, and says so with the status`, () => {
        assert.throws(
          () => readBody(answer(vendor, text)),
          (error: unknown) => error instanceof UcwaProtocolError && error.status === 200,
        );
      });
    }
  });

  describe('toResponseError', () => {
    it('reads an error in XML as it reads one in JSON', () => {
      const body = {
        code: 'BadRequest',
        subcode: 'ParameterValidationFailure',
        message: 'Please check what you entered & try again.',
        parameters: [{ name: 'userAgent', reason: 'The value is missing.' }],
      };

      const fromXml = toResponseError(answer('application/xml', toXml(body), 400));
      const fromJson = toResponseError(answer('application/json', JSON.stringify(body), 400));

      assert.equal(fromXml.message, fromJson.message);
      assert.deepEqual([fromXml.code, fromXml.subcode, fromXml.status], [body.code, body.subcode, 400]);
      assert.equal(fromXml.serverMessage, body.message);
      assert.deepEqual(fromXml.parameters, body.parameters);
    });

    it('goes by the status when the XML is an illustration, as on one of the pages', () => {
      const illustration = '<code>NotFound</code><subcode>APIVersionNotSupported</subcode>';

      const error = toResponseError(answer('application/xml', illustration, 404));

      assert.ok(error instanceof UcwaNotFoundError);
      assert.deepEqual([error.code, error.subcode], ['NotFound', undefined]);
    });
  });

  describe('An account that speaks XML', () => {
    it('asks for JSON while it finds the server and signs in', async () => {
      await withAccount(async (pool, account) => {
        await account.signIn(anySignal());

        const accepted = ['GET /', 'POST /token', 'GET /user'].map((route) => pool.last(route).headers.accept);
        assert.deepEqual(accepted, ['application/json', 'application/json', 'application/json']);
        assert.equal(pool.last('POST /apps').headers.accept, vendor);
      });
    });

    it('reads JSON from a server that has nothing else', async () => {
      await withAccount(async (pool, account) => {
        const json = JSON.stringify({ _embedded: { myOnlineMeeting: [wireMeeting(pool)] } });
        pool.on(`GET ${pool.app}/my`, { headers: { 'content-type': 'application/json' }, text: json });

        const [meeting] = await account.meetings.list(anySignal());

        assert.equal(meeting?.subject, 'Budget sync');
      });
    });

    it('hears in JSON that XML is not supported', async () => {
      await withAccount(async (pool, account) => {
        const text = JSON.stringify({ code: 'UnsupportedMediaType', subcode: 'UnsupportedMediaType' });
        const reply = { status: 415, headers: { 'content-type': 'application/json' }, text };
        pool.on(`POST ${pool.app}/my`, reply);

        await assert.rejects(
          account.meetings.create({ subject: 'x' }, anySignal()),
          (error: unknown) => error instanceof UcwaResponseError && error.code === 'UnsupportedMediaType',
        );
      });
    });
  });
});
