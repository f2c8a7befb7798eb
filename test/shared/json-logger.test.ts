import assert from 'node:assert/strict';

import { createJsonLogger, silentLogger } from '../../src/shared/json-logger';
import type { LogLevel } from '../../src/shared/logger';
import { NOW } from '../support/meetings';

function logger(level: LogLevel, idKey: Buffer = Buffer.alloc(32)) {
  const lines: string[] = [];
  const log = createJsonLogger({ level, now: () => NOW, write: (line) => lines.push(line), idKey });
  return { log, lines };
}

/** What a logger writes about these fields, of whatever type. */
function written(fields: object, idKey?: Buffer): Record<string, unknown> {
  const { log, lines } = logger('info', idKey);
  log.info('x', fields);
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

describe('the JSON logger', () => {
  it('writes one record a line, whatever is in it', () => {
    const { log, lines } = logger('debug');

    log.info('turn', { error: 'two\nlines "quoted" \u2028', attempts: 2, reason: undefined });

    assert.equal(lines.length, 1);
    assert.match(lines.join(''), /^[^\n]*\n$/u);
    assert.deepEqual(JSON.parse(lines[0] ?? ''), {
      ...{ time: '2026-06-01T09:00:00.000Z', level: 'info', event: 'turn' },
      ...{ error: 'two\nlines "quoted" \u2028', attempts: 2 },
    });
  });

  for (const [name, text] of [
    ['a line end', 'a\r\n{"level":"error","event":"forged"}'],
    ['a colour of a terminal', '\u001b[31mred\u001b[0m'],
    ['the short form of one', '\u009b31mred'],
    ['a line end of Unicode', 'a\u2028b\u2029c\u0085d'],
    ['a turn of direction', 'a\u202egnp.exe\u2069'],
    ['a broken pair', 'a\ud800b'],
  ] as const) {
    it(`A-32: keeps ${name} from leaving its line or steering a terminal`, () => {
      const { log, lines } = logger('info');

      log.info('x', { error: text });

      assert.match(lines.join(''), /^[\x20-\x7e]*\n$/u);
      assert.equal((JSON.parse(lines.join('')) as { error: string }).error, text);
    });
  }

  for (const [level, count] of [
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ] as const) {
    it(`writes what is at least as grave as ${level}`, () => {
      const { log, lines } = logger(level);

      log.error('a');
      log.warn('b');
      log.info('c');
      log.debug('d');

      assert.equal(lines.length, count);
    });
  }

  it('adds the fields of every parent, the nearest winning and written once', () => {
    const { log, lines } = logger('info');

    log.child({ reference: 'A', part: 'bot' }).child({ part: 'ucwa' }).info('x', { status: 200 });

    const { reference, part, status } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual([reference, part, status], ['A', 'ucwa', 200]);
    assert.equal(lines.join('').split('"part"').length, 2);
  });

  it('writes no field that nobody listed, and says which it left out', () => {
    const record = written({ status: 200, password: 'hunter2', __proto__: null, constructor: 'x' });

    assert.deepEqual(record, {
      ...{ level: 'info', time: '2026-06-01T09:00:00.000Z', event: 'x' },
      ...{ status: 200, unlisted: 'password constructor' },
    });
  });

  it('never looks into an object', () => {
    assert.equal(written({ error: { config: { headers: { Authorization: 'x' } } } }).error, '[object]');
  });

  it('hides ids behind a digest that is the same for the same id and key', () => {
    const digest = written({ meetingId: 'IB88RLLY' }).meetingId;

    assert.match(String(digest), /^[\w-]{12}$/u);
    assert.equal(written({ meetingId: 'IB88RLLY', by: 'x' }).meetingId, digest);
    assert.notEqual(written({ meetingId: 'IB88RLLZ' }).meetingId, digest);
    assert.notEqual(written({ meetingId: 'IB88RLLY' }, Buffer.alloc(32, 1)).meetingId, digest);
  });

  it('keeps of an address what leads nobody in', () => {
    assert.equal(
      written({ origin: 'https://u:p@pool01.contoso.com/ucwa?cwt=x#y' }).origin,
      'https://pool01.contoso.com/ucwa',
    );
    assert.equal(written({ server: 'contoso.com' }).server, 'contoso.com');
  });

  it('names people at the level debug only', () => {
    const { log, lines } = logger('debug');

    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('x', { error: 'sip:anna@contoso.com' });

    assert.deepEqual(
      lines.map((line) => line.includes('anna')),
      [true, false, false, false],
    );
  });

  it('can say nothing', () => {
    assert.equal(silentLogger.child({}), silentLogger);
    silentLogger.error('x');
  });
});
