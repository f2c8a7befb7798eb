import { printTable } from '../table';

import { type Evidence, judge, toldAt, type Verdict } from './judgement';
import type { StormReport } from './storm';

/** What a storm came to, in one table. */
export function reportOf(report: StormReport): string {
  const { settings, evidence, evidenceBefore, creations, messages, retriesPerCall } = report;
  const count = counter(evidence);
  const before = counter(evidenceBefore);
  const waits = recoveries(evidence);
  const { commands, faults, engine, isNaive } = settings;
  const row = [
    ...[isNaive ? 'naive loop' : 'journal', engine, commands, `${String(faults)} %`, report.kills, report.falls],
    ...[count('done'), count('refused'), count('lost'), count('doubled'), count('wrongCard')],
    ...[count('doubledCard'), count('unfinished'), evidenceBefore.length - before('done') - before('refused')],
    ...[seconds(waits.at(-1)), seconds(waits[Math.floor(waits.length / 2)])],
    ...[ratio(creations.sent, creations.wished), ratio(messages.made - messages.removed, commands)],
    ...[times(retriesPerCall.server), times(retriesPerCall.chat)],
  ];
  return printTable({
    title: `chaos --commands ${String(commands)} --seed ${String(settings.seed)}`,
    columns: [
      ...['what', 'engine', 'commands', 'faults', 'kills', 'falls', 'done', 'refused', 'lost', 'doubled', 'wrong card'],
      ...[
        'doubled card',
        'unfinished',
        'not right before a look',
        'worst s',
        'median s',
        'tries per meeting',
        'messages per command',
        'retries per call, server',
        'retries per call, chat',
      ],
    ],
    rows: [row],
    notes: [
      ...unlucky(evidence),
      `${seconds(report.elapsedMs)} s in all; ${String(report.unfinished)} operations open.`,
    ],
  });
}

/** Whether the product broke what it promises. */
export function isBroken({ evidence, unfinished, falls }: StormReport): boolean {
  const count = counter(evidence);
  const worst: readonly Verdict[] = ['lost', 'doubled', 'wrongCard', 'doubledCard', 'unfinished'];
  return unfinished + falls > 0 || worst.some((verdict) => count(verdict) > 0);
}

function counter(evidence: readonly Evidence[]): (verdict: Verdict) => number {
  const verdicts = evidence.map(judge);
  return (verdict) => verdicts.filter((each) => each === verdict).length;
}

/** From being taken to being told, shortest first, in milliseconds. */
function recoveries(evidence: readonly Evidence[]): readonly number[] {
  return evidence
    .flatMap((each) => {
      const told = toldAt(each);
      return told === undefined || each.wish.acknowledgedAt === undefined
        ? []
        : [Math.max(0, told - each.wish.acknowledgedAt)];
    })
    .sort((left, right) => left - right);
}

/** Where to look, for whoever has to find out why. */
function unlucky(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap((each) => {
    const verdict = judge(each);
    if (verdict === 'done' || verdict === 'refused') return [];
    const { wish, meetings, visible } = each;
    const seen = visible.map(({ shows }) => wordsOf(shows)).join(' | ');
    return [`${verdict}: ${wish.kind} ${wish.conversationId}; ${String(meetings.length)} meetings; shows ${seen}`];
  });
}

/** What a message says, in a few words. */
function wordsOf(shows: string): string {
  const said = JSON.parse(shows) as { text?: string; attachments?: readonly { content?: { fallbackText?: string } }[] };
  return (said.text ?? said.attachments?.[0]?.content?.fallbackText ?? '').replaceAll(/\s+/gu, ' ').slice(0, 160);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : (ms / 1000).toFixed(1);
}

function times(retries: number | undefined): string {
  return retries === undefined ? '–' : retries.toFixed(2);
}

function ratio(made: number, wished: number): string {
  return wished === 0 ? '–' : (made / wished).toFixed(2);
}
