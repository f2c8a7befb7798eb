import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { MAX_BODY_BYTES } from '../../src/http/body';

import { DoorHarness, type Line } from './door-harness';

const MB = 1024 * 1024;

const BOMB = gzipSync(Buffer.alloc(20 * MB));

/** Bodies that are refused by what is said about them. */
const UNWANTED = [
  { title: 'a gzip bomb', headers: { 'content-encoding': 'gzip' }, body: BOMB, status: 415 },
  { title: 'brotli', headers: { 'content-encoding': 'br' }, body: brotliCompressSync('{}'), status: 415 },
  { title: 'two encodings', headers: { 'content-encoding': 'identity, gzip' }, body: BOMB, status: 415 },
  { title: 'a form', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--', status: 415 },
] as const;

/** Bytes that mean one thing to a proxy and another to a server. */
const SMUGGLED = [
  { title: 'a length and chunks', headers: 'Content-Length: 5\r\nTransfer-Encoding: chunked', body: '0\r\n\r\n' },
  { title: 'two lengths', headers: 'Content-Length: 5\r\nContent-Length: 6', body: '{"a":1}' },
  { title: 'a length with a sign', headers: 'Content-Length: +5', body: '{"a":1}' },
  { title: 'a coding nobody knows', headers: 'Transfer-Encoding: xchunked', body: '0\r\n\r\n' },
  { title: 'a space before a colon', headers: 'Transfer-Encoding : chunked', body: '0\r\n\r\n' },
  { title: 'no host', headers: 'Content-Length: 0', body: '', host: '' },
  { title: 'two hosts', headers: 'Host: evil.example\r\nContent-Length: 0', body: '' },
] as const;

/** JSON that parses, and must not come in. */
const SHAPES = [
  { title: '10,000 levels', value: `${'['.repeat(10_000)}${']'.repeat(10_000)}`, code: 'JsonTooDeep' },
  { title: '21 levels', value: `${'['.repeat(20)}${']'.repeat(20)}`, code: 'JsonTooDeep' },
  { title: '2,001 keys', value: keys(2001), code: 'JsonTooManyKeys' },
  { title: 'a key twice', value: '{"a":1,"a":2}', code: 'JsonKeyRepeated' },
  { title: 'a key twice, once in other letters', value: String.raw`{"a":1,"\u0061":2}`, code: 'JsonKeyRepeated' },
  { title: '__proto__', value: '{"__proto__":{"isAdmin":true}}', code: 'JsonKeyNotAllowed' },
  { title: '__proto__ in other letters', value: String.raw`{"__pro\u0074o__":{}}`, code: 'JsonKeyNotAllowed' },
  { title: 'constructor', value: '{"constructor":{"prototype":{"isAdmin":true}}}', code: 'JsonKeyNotAllowed' },
  { title: '1e400', value: '1e400', code: 'JsonNumberOutOfRange' },
  { title: '-1e400', value: '[-1e400]', code: 'JsonNumberOutOfRange' },
  { title: 'half a character', value: String.raw`"\ud83d"`, code: 'JsonTextNotWellFormed' },
  { title: 'the other half, in a key', value: String.raw`{"\udc00":1}`, code: 'JsonTextNotWellFormed' },
  { title: 'NUL', value: String.raw`"a\u0000b"`, code: 'JsonTextNotWellFormed' },
  { title: 'a text of 29 KB', value: JSON.stringify('x'.repeat(28 * 1024 + 1)), code: 'JsonTextTooLong' },
  { title: 'Infinity', value: 'Infinity', code: 'BodyNotJsonObject' },
  { title: 'bytes that are no text', value: Buffer.from([0x22, 0xc3, 0x28, 0x22]), code: 'BodyNotJsonObject' },
] as const;

/** What looks like the above and is not. */
const FINE = [
  { title: '18 levels below the value', value: `${'['.repeat(18)}${']'.repeat(18)}` },
  { title: 'a text with brackets and quotes', value: JSON.stringify(`${'[{"'.repeat(50)}:"__proto__":1e400\\`) },
  { title: 'a key in two objects', value: '[{"a":1},{"a":2}]' },
  { title: 'a whole emoji', value: String.raw`"\ud83d\ude00 😀"` },
  { title: '1e308', value: '1e308' },
  { title: 'a text of 28 KB', value: JSON.stringify('x'.repeat(28 * 1024)) },
  { title: '1,900 keys', value: keys(1900) },
] as const;

function keys(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${String(index)}`, index])));
}

describe('what may be sent', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start();
  });

  afterEach(async () => {
    await door.stop();
  });

  /** The start of a request with a good token. */
  function head(headers: string, host = 'Host: confer\r\n'): string {
    const lines = ['Content-Type: application/json', `Authorization: ${door.bearer()}`, headers];
    return `POST /api/messages HTTP/1.1\r\n${host}${lines.join('\r\n')}\r\n\r\n`;
  }

  /** An activity with a value made of exactly these bytes. */
  function withValue(value: string | Buffer): Buffer {
    const rest = JSON.stringify(door.activity()).slice(1);
    return Buffer.concat([Buffer.from('{"value":'), Buffer.from(value), Buffer.from(`,${rest}`)]);
  }

  /** Sends for as long as the server takes it. @returns the bytes sent. */
  async function flood(line: Line, piece: Buffer): Promise<number> {
    let sent = 0;
    const until = Date.now() + 5000;
    while (line.isOpen && Date.now() < until) {
      if (!line.isFull) {
        line.write(piece);
        sent += piece.length;
      }
      await turn();
    }
    return sent;
  }

  for (const { title, headers, body, status } of UNWANTED) {
    it(`A-10: refuses ${title}`, async () => {
      const got = await door.knock({ headers, body });

      assert.equal(got.status, status);
      assert.deepEqual(door.turns, []);
    });
  }

  it('A-10: refuses 30 MB by their length, before it has a look at the token', async () => {
    const line = await door.open();
    line.write(head(`Content-Length: ${String(30 * MB)}`).replace('Bearer', 'Basic'));
    await line.closed();

    assert.match(line.received, /^HTTP\/1\.1 413 /u);
  });

  it('A-10: stops reading a body without an end, and keeps none of it', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * 1024, 0x20), Buffer.from('\r\n')]);
    const line = await door.open();
    const delay = monitorEventLoopDelay({ resolution: 5 });

    delay.enable();
    line.write(head('Transfer-Encoding: chunked'));
    const sent = await flood(line, chunk);
    delay.disable();

    assert.match(line.received, /^HTTP\/1\.1 413 [^]*"BodyTooLarge"/u);
    // What the server never took in, it cannot hold: most of this is in the buffers of the two sockets.
    assert.ok(sent <= 20 * MB, `${String(sent)} bytes`);
    assert.equal(line.isOpen, false);
    // Half of the moments, because the worst ones belong to the other programs of the machine.
    assert.ok(delay.percentile(50) / 1e6 <= 100, `${(delay.percentile(50) / 1e6).toFixed(0)} ms`);
    assert.deepEqual(door.turns, []);
  });

  it('A-10: does not read a body of somebody without a token, either', async () => {
    const line = await door.open();

    line.write(head('Transfer-Encoding: chunked').replace('Bearer', 'Basic'));
    const sent = await flood(
      line,
      Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * 1024, 0x20), Buffer.from('\r\n')]),
    );

    assert.match(line.received, /^HTTP\/1\.1 401 /u);
    assert.ok(sent <= 20 * MB, `${String(sent)} bytes`);
    assert.equal(line.isOpen, false);
  });

  for (const { title, headers, body, ...rest } of SMUGGLED) {
    it(`A-10: takes no request that can be read in two ways: ${title}`, async () => {
      const line = await door.open();
      line.write(head(headers, 'host' in rest ? rest.host : undefined) + body);
      await line.closed();

      assert.match(line.received, /^HTTP\/1\.1 400 /u);
      assert.match(line.received, /x-content-type-options: nosniff/iu);
      assert.ok(line.received.endsWith('{"code":"BadRequest"}'), line.received);
      assert.deepEqual(door.turns, []);
    });
  }

  it('A-10: takes one request at a time from a connection', async () => {
    const body = JSON.stringify(door.activity());
    const whole = head(`Content-Length: ${String(body.length)}`) + body;
    const line = await door.open();

    line.write(whole.repeat(100));
    await line.closed();

    const statuses = [...line.received.matchAll(/HTTP\/1\.1 (\d+)/gu)].map(([, status]) => status);
    assert.deepEqual(statuses, ['200', '400']);
    assert.equal(door.turns.length, 1);
  });

  it('takes one request after the other from a connection', async () => {
    const body = JSON.stringify(door.activity());
    const whole = head(`Content-Length: ${String(body.length)}`) + body;
    const line = await door.open();

    line.write(whole);
    while (!line.received.endsWith('{}')) await turn();
    line.write(whole.replace('HTTP/1.1\r\n', 'HTTP/1.1\r\nConnection: close\r\n'));
    await line.closed();

    assert.equal([...line.received.matchAll(/HTTP\/1\.1 200/gu)].length, 2);
  });

  it('lets a body be sent that was asked about, once the token is good', async () => {
    const body = JSON.stringify(door.activity());
    const good = await door.open();
    const bad = await door.open();
    const asking = head(`Expect: 100-continue\r\nContent-Length: ${String(body.length)}`);

    good.write(asking.replace('HTTP/1.1\r\n', 'HTTP/1.1\r\nConnection: close\r\n'));
    while (!good.received.includes('100 Continue')) await turn();
    good.write(body);
    await good.closed();
    bad.write(asking.replace('Bearer', 'Basic'));
    await bad.closed();

    assert.match(good.received, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /u);
    assert.match(bad.received, /^HTTP\/1\.1 401 /u);
  });

  it('refuses many bodies over one connection, without a complaint of Node', async () => {
    const warnings: unknown[] = [];
    const note = (warning: Error): number => warnings.push(warning.message);
    process.on('warning', note);
    const line = await door.open();
    const start = head('Content-Length: 4').replace('Bearer', 'Basic');

    for (let count = 1; count <= 20; count += 1) {
      line.write(`${start}{`);
      while ([...line.received.matchAll(/Unauthorized/gu)].length < count) await turn();
      line.write('"":');
      await turn();
    }
    line.end();
    process.off('warning', note);

    assert.deepEqual(warnings, []);
  });

  it('takes a body of exactly the limit, and not one byte more', async () => {
    const json = JSON.stringify(door.activity());

    const most = await door.knock({ body: json.padEnd(MAX_BODY_BYTES) });
    const more = await door.knock({ body: json.padEnd(MAX_BODY_BYTES + 1) });

    assert.deepEqual([most.status, more.status], [200, 413]);
  });

  for (const { title, value, code } of SHAPES) {
    it(`A-11: refuses JSON with ${title}`, async () => {
      const { status, text } = await door.knock({ body: withValue(value) });

      assert.deepEqual([status, text], [400, JSON.stringify({ code })]);
      assert.deepEqual(door.turns, []);
      assert.equal('isAdmin' in {}, false);
    });
  }

  for (const { title, value } of FINE) {
    it(`takes JSON with ${title}`, async () => {
      assert.equal((await door.knock({ body: withValue(value) })).status, 200);
    });
  }
});
