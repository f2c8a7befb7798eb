import type { UcwaFormat } from '../src/ucwa';
import { readBody } from '../src/ucwa/answer';
import { type ChannelEvent, decodeEventPackage } from '../src/ucwa/resources/event-package';
import { Conversations } from '../src/ucwa/session/conversations';

import { readNumbers } from './arguments';
import { eventsUrl, type Happening, ownUri, packageAnswer } from './events/packages';
import { collectGarbage, quantile } from './statistics';
import { nothing, printTable, rounded, type Table } from './table';

/** How many events one package carries. */
const batches = [1, 100, 10_000] as const;
const formats: readonly UcwaFormat[] = ['json', 'xml'];
const happenings: readonly Happening[] = ['come', 'listed', 'go'];

/** Small packages are measured many at a time, because the clock is too coarse for one. */
const eventsPerSample = 1000;

/** Below so many events, what is left on the heap is smaller than its own noise. */
const fewestForHeap = 1000;

/** What one kind of work costs on packages of one size. */
export interface EventCost {
  readonly work: string;
  readonly events: number;
  /** Size of the package on the wire; missing where the work begins after decoding. */
  readonly bytes: number | undefined;
  /** Processor time for one package, in microseconds. */
  readonly medianUs: number;
  readonly p95Us: number;
  /** What stays on the heap, in bytes per event. */
  readonly heapBytes: number | undefined;
}

/** `npm run bench -- events`: what a package of the event channel costs to decode and to fold, by its number of events. */
export async function runEvents(args: readonly string[]): Promise<string> {
  const { runs } = readNumbers(args, { runs: 100 });
  return Promise.resolve(printTable(tableOf(measureEvents(batches, runs))));
}

/** Measures decoding, in both formats, and folding, for packages of each size. */
export function measureEvents(sizes: readonly number[], runs: number): readonly EventCost[] {
  return [
    ...formats.flatMap((format) => sizes.map((size) => measure(decoding(format, size), runs))),
    ...happenings.flatMap((happening) => sizes.map((size) => measure(folding(happening, size), runs))),
  ];
}

/** The costs as a table, each beside that of the smallest package. */
export function tableOf(costs: readonly EventCost[]): Table {
  const perEvent = ({ medianUs, events }: EventCost): number => medianUs / events;
  return {
    title: 'Cost of one package of events',
    columns: ['work', 'events', 'bytes/event', 'median µs', 'p95 µs', 'µs/event', '× of first', 'heap bytes/event'],
    rows: costs.map((cost) => {
      const first = costs.find(({ work }) => work === cost.work) ?? cost;
      return [
        cost.work,
        cost.events,
        cost.bytes === undefined ? nothing : Math.round(cost.bytes / cost.events),
        rounded(cost.medianUs),
        rounded(cost.p95Us),
        rounded(perEvent(cost)),
        rounded(perEvent(cost) / perEvent(first)),
        cost.heapBytes === undefined ? nothing : Math.round(cost.heapBytes),
      ];
    }),
    notes: [
      '× of first: µs/event beside that of the smallest package; where it grows with the size, the cost is not linear.',
    ],
  };
}

/** Work that is done again and again: `prepare` is not measured, `run` is; what `run` returns is what it leaves behind. */
interface Work<T> {
  readonly name: string;
  readonly events: number;
  readonly bytes: number | undefined;
  readonly prepare: () => T;
  readonly run: (prepared: T) => unknown;
}

function decoding(format: UcwaFormat, size: number): Work<ReturnType<typeof packageAnswer>> {
  const answer = packageAnswer('come', size, format);
  return {
    name: `decode ${format.toUpperCase()}`,
    events: size,
    bytes: Buffer.byteLength(answer.text),
    // A text of its own each time, as from the network: what is decoded may hold on to it.
    prepare: () => ({ ...answer, text: Buffer.from(answer.text).toString('utf8') }),
    run: (received) => decodeEventPackage(readBody(received), eventsUrl).events,
  };
}

/** Folding into a conversation where everybody concerned is already, unless they come only now. */
function folding(happening: Happening, size: number): Work<Conversations> {
  const decode = (what: Happening): readonly ChannelEvent[] =>
    decodeEventPackage(readBody(packageAnswer(what, size, 'json')), eventsUrl).events;
  const before = happening === 'come' ? [] : decode('come');
  const events = decode(happening);
  return {
    name: `fold, ${phrases[happening]}`,
    events: size,
    bytes: undefined,
    prepare: () => fold(new Conversations(ownUri), before),
    run: (conversations) => fold(conversations, events),
  };
}

const phrases: Readonly<Record<Happening, string>> = {
  come: 'people come in',
  listed: 'people are listed',
  go: 'people go',
};

function fold(conversations: Conversations, events: readonly ChannelEvent[]): Conversations {
  for (const event of events) conversations.apply(event, eventsUrl);
  return conversations;
}

function measure<T>(work: Work<T>, runs: number): EventCost {
  const { name, events, bytes } = work;
  const together = Math.ceil(eventsPerSample / events);
  // Large packages say the same in fewer samples.
  const wanted = Math.max(Math.min(runs, 10), Math.round((runs * eventsPerSample) / Math.max(eventsPerSample, events)));
  const warmUps = Math.min(wanted, 10);
  const samples = Array.from({ length: warmUps + wanted }, () => sample(work, together)).slice(warmUps);
  return {
    work: name,
    events,
    bytes,
    medianUs: quantile(samples, 0.5),
    p95Us: quantile(samples, 0.95),
    heapBytes: events < fewestForHeap ? undefined : heapLeftBy(work) / events,
  };
}

/** Processor time of one package in microseconds: unlike the time on the wall it does not tell what else the machine did. */
function sample<T>({ prepare, run }: Work<T>, together: number): number {
  const prepared = Array.from({ length: together }, prepare);
  const before = process.cpuUsage();
  for (const one of prepared) run(one);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / together;
}

/** Growth of the heap between before `prepare` and after `run`, when all that is left is the result. */
function heapLeftBy<T>({ prepare, run }: Work<T>): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const result = run(prepare());
  collectGarbage();
  const after = process.memoryUsage().heapUsed;
  return result === undefined ? NaN : after - before; // the result must live until here
}
