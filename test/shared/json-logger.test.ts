import assert from 'node:assert/strict';

import { createJsonLogger, silentLogger } from '../../src/shared/json-logger';
import type { LogLevel } from '../../src/shared/logger';
import { NOW } from '../support/meetings';

function logger(level: LogLevel) {
  const lines: string[] = [];
  const log = createJsonLogger({ level, now: () => NOW, write: (line) => lines.push(line) });
  return { log, lines };
}

describe('the JSON logger', () => {
  it('writes one record a line, whatever is in it', () => {
    const { log, lines } = logger('debug');

    log.info('turn', { words: 'two\nlines "quoted" \u2028', count: 2, none: undefined });

    assert.equal(lines.length, 1);
    assert.match(lines.join(''), /^[^\n]*\n$/u);
    assert.deepEqual(JSON.parse(lines[0] ?? ''), {
      ...{ time: '2026-06-01T09:00:00.000Z', level: 'info', event: 'turn' },
      ...{ words: 'two\nlines "quoted" \u2028', count: 2 },
    });
  });

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

  it('adds the fields of every parent, the nearest winning', () => {
    const { log, lines } = logger('info');

    log.child({ reference: 'A', part: 'bot' }).child({ part: 'ucwa' }).info('x', { status: 200 });

    const { reference, part, status } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual([reference, part, status], ['A', 'ucwa', 200]);
  });

  it('can say nothing', () => {
    assert.equal(silentLogger.child({}), silentLogger);
    silentLogger.error('x');
  });
});
