import assert from 'node:assert/strict';

import { Ledger } from '../../bench/soak/ledger';
import { drawSvg, drawText } from '../../bench/soak/plot';
import { isBroken, reportOf, tableOf } from '../../bench/soak/report';
import { readMetrics, type Sample } from '../../bench/soak/samples';
import { runSoak, type SoakReport } from '../../bench/soak/soak';
import { trendOf } from '../../bench/soak/trend';

const settings = { minutes: 60, perMinute: 600, engine: 'sqlite', processes: 1 } as const;

/** One hour, in which the memory grows by so much a minute. */
function growing(mebiPerMinute: number): SoakReport {
  const samples = Array.from({ length: 61 }, (_, minute): Sample => {
    return { atMs: minute * 60_000, values: { rss: 100 + minute * mebiPerMinute } };
  });
  const seen = { complaints: [], unfinished: 0, errorLines: 0, machineLoad: 1 };
  return { settings, samples, sent: 10, begun: new Map([['plan', 5]]), ...seen };
}

const meeting = (subject: string) => ({ onlineMeetingId: subject, subject, joinUrl: '' });

describe('soak', function () {
  this.timeout(180_000);

  it('loses nothing in some seconds, and says what it saw', async () => {
    const short = { ...settings, minutes: 0.1, perMinute: 240 };

    const report = await runSoak(short, new AbortController().signal);

    assert.equal(isBroken(report), false, reportOf(report));
    assert.ok(report.sent > 5 && report.samples.length > 2, reportOf(report));
    const last = report.samples.at(-1)?.values;
    for (const measure of ['rss', 'collected', 'resources', 'loopLag'] as const) {
      assert.ok((last?.[measure] ?? 0) > 0, `${measure}\n${reportOf(report)}`);
    }
  });

  it('ends early when it is told to, with what it knows', async () => {
    const report = await runSoak(settings, AbortSignal.abort());

    assert.equal(report.sent, 0);
    assert.equal(report.samples.length, 1);
  });

  it('complains of what was lost, doubled, or not cancelled, but not of what ends by itself', () => {
    const ledger = new Ledger();
    for (const subject of ['kept', 'lost', 'doubled', 'cancelled', 'still there']) ledger.stands(subject);
    for (const subject of ['cancelled', 'still there']) ledger.isGone(subject);

    ledger.audit(['kept', 'doubled', 'doubled', 'still there', 'Right now x'].map(meeting));

    assert.deepEqual(
      ledger.complaints.map((complaint) => complaint.split(':')[0]),
      ['lost', 'doubled', 'not cancelled'],
    );
    assert.equal(isBroken({ ...growing(0), complaints: ledger.complaints }), true);
    assert.equal(isBroken({ ...growing(0), unfinished: 1 }), true);
    assert.equal(isBroken(growing(5)), false);
  });

  it('shows start, quarters, end and slope', () => {
    const [row] = tableOf(growing(0.5)).rows;

    assert.deepEqual(row?.slice(0, 8), ['memory (RSS)', 'MiB', 100, 108, 115, 123, 130, 30]);
    assert.ok(Number(row[8]) < 0.001, String(row[8]));
  });

  it('knows how certain a slope is', () => {
    const noise = [1, -1, 0, 1, -1, 0, 1, -1, 0, 1];

    const trend = trendOf(noise.map((off, at) => [at, 2 * at + off] as const));

    assert.ok(trend !== undefined && Math.abs(trend.slope - 2) < trend.uncertainty && trend.uncertainty < 0.3);
    assert.equal(trendOf([[0, 1]]), undefined);
  });

  it('draws a plot that is XML, for light and dark, without what could be markup', () => {
    const points = [0, 1, 2].map((minute) => [minute, minute * 10] as const);

    const svg = drawSvg('<Soak> & more', [{ title: 'memory', unit: 'MiB', points }]);
    const text = drawText([{ title: 'memory', unit: 'MiB', points }]);

    assert.match(svg, /<title>&lt;Soak&gt; &amp; more<\/title>/u);
    assert.match(svg, /prefers-color-scheme: dark/u);
    assert.match(svg, /<path class="line" d="M64\.0 [\d.]+L404\.0 [\d.]+L744\.0 [\d.]+"\/>/u);
    assert.equal(text, 'memory  ▁▅█  0 … 20 MiB');
  });

  it('reads metrics without labels', () => {
    const page = '# HELP a b 1\na 5\nb{c="d"} 6\nc_total 7.5\n';

    assert.deepEqual(
      [...readMetrics(page)],
      [
        ['a', 5],
        ['c_total', 7.5],
      ],
    );
  });
});
