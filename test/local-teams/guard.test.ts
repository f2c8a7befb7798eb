import assert from 'node:assert/strict';
import { request } from 'node:http';

import { Chat } from './support/chat';

describe('what may talk to the local Teams', () => {
  let chat: Chat;

  beforeEach(async () => {
    chat = await Chat.start();
  });

  afterEach(async () => {
    await chat.stop();
  });

  const statusWith = async (headers: Record<string, string>, method = 'GET', path = '/api/world'): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(new URL(path, chat.teams.url), { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject).end();
    });

  it('is not a name that only points here', async () => {
    assert.equal(await statusWith({ host: 'evil.example' }), 403);
  });

  it('is not another web site', async () => {
    assert.equal(await statusWith({ origin: 'https://evil.example' }), 403);
    assert.equal(await statusWith({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), 403);
    assert.equal(await statusWith({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET', '/'), 200);
  });

  it('is not a form', async () => {
    const headers = { 'content-type': 'text/plain' };

    assert.equal(await statusWith(headers, 'POST', '/api/conversations/budget/messages'), 415);
  });

  it('gets the page with a strict policy, and no file beside it', async () => {
    const page = await fetch(chat.teams.url);

    assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self'/);
    assert.equal(await statusWith({}, 'GET', '/page/..%2f..%2fserver.ts'), 404);
    assert.equal(await statusWith({}, 'GET', '/vendor/adaptivecards.js'), 200);
    assert.equal(await statusWith({}, 'GET', '/vendor/constructor'), 404);
  });

  it('is told plainly what is wrong with a request', async () => {
    const path = '/api/conversations/personal-anna/messages';
    const nobody = await chat.request('POST', path, { as: 'nobody', text: 'x' });
    const outsider = await chat.request('POST', path, { as: 'lukas', text: 'x' });
    const nowhereToGo = await chat.request('POST', '/api/conversations/none/messages', { as: 'anna', text: 'x' });
    const wordless = await chat.request('POST', path, { as: 'anna', text: ' ' });

    assert.deepEqual([nobody.status, outsider.status, nowhereToGo.status, wordless.status], [400, 403, 404, 400]);
  });

  it('can look at the last exchanges with the bot', async () => {
    await chat.write('personal-anna', { text: 'hello' });

    const { body } = await chat.request('GET', '/api/traffic');

    const seen = (body.exchanges as { direction: string; status: number; path: string }[]).map(
      ({ direction, status }) => `${direction} ${String(status)}`,
    );
    assert.ok(seen.includes('toBot 200'));
    assert.ok(seen.includes('fromBot 201'));
  });
});
