import { randomBytes } from 'node:crypto';

import { conflict, type UcwaProblem } from '../http/problem';
import type { EventBody, EventPackage } from '../http/resource';
import type { Cancel, Clock, Timers } from '../timers';

import { type Aggregation, defaultAggregation } from './aggregation';
import { enqueue, type Priority, type QueuedEvent } from './merge';

/** How a channel spells its links and what the pool's switches want from it. */
export interface ChannelStyle {
  /** Events href for an ack number. */
  readonly href: (ack: number) => string;
  readonly withoutEmbedded: () => boolean;
  readonly splitSenders: () => boolean;
}

/** One P-GET as it arrived. */
export interface PendingGet {
  readonly ack: number;
  readonly priority: number;
  readonly aggregation: Partial<Aggregation>;
  /** Called once, with the package or with the error that ends the wait. */
  readonly answer: (outcome: { package: EventPackage } | { problem: UcwaProblem }) => void;
}

const IDLE_RESET_MS = 5 * 60_000;

/**
 * The event channel of one application instance: queues and merges events, holds one pending GET, and keeps the last
 * package until it has been acknowledged.
 * Source: Skype/UCWA/EventChannelDetails.md, Skype/UCWA/EventsInUCWA.md.
 */
export class EventChannel {
  /** Opaque value for hrefs that carry a `key`. */
  readonly key = randomBytes(12).toString('base64');
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly style: ChannelStyle;
  private releasedAt: number;
  private queue: QueuedEvent[] = [];
  private aggregation: Aggregation = defaultAggregation;
  /** The ack number that asks for news; one less asks for `sent` again. */
  private current = 1;
  private sent: { readonly ack: number; readonly package: EventPackage } | undefined;
  private parked: PendingGet | undefined;
  private cancelTimeout: Cancel = () => undefined;
  private cancelFlush: Cancel = () => undefined;

  constructor(clock: Clock, timers: Timers, style: ChannelStyle) {
    this.clock = clock;
    this.timers = timers;
    this.style = style;
    this.releasedAt = clock.now();
  }

  /** The href a client starts or restarts with: the first package that nobody has acknowledged. */
  get cursor(): string {
    return this.style.href(this.sent?.ack ?? this.current);
  }

  /** When the last P-GET was released (or the channel made), ms by the clock. */
  get lastReleaseAt(): number {
    return this.releasedAt;
  }

  get isHeld(): boolean {
    return this.parked !== undefined;
  }

  /** Events that wait for the next P-GET. */
  get queued(): number {
    return this.queue.length;
  }

  /** Queues an event; a high one flushes everything queued, in order. */
  emit(sender: QueuedEvent['sender'], body: EventBody, priority: Priority = 'high'): void {
    const { embedded, ...bare } = body;
    const isOperation = body.link.rel.endsWith('Invitation');
    const shown = this.style.withoutEmbedded() && !isOperation ? bare : { ...bare, ...(embedded && { embedded }) };
    this.queue = enqueue(this.queue, { sender, body: shown, priority, at: this.clock.now() });
    this.scheduleFlush();
  }

  /**
   * Takes a P-GET: answers it now, or holds it. `onReset` is called when the client was away so long that its
   * conversations are to be closed before it is answered.
   */
  receive(get: PendingGet, onReset: () => void): void {
    if (this.parked === undefined && this.clock.now() - this.releasedAt > IDLE_RESET_MS) {
      this.reset(get, onReset);
    } else if (this.sent?.ack === get.ack) {
      this.answer(get, this.sent.package);
    } else if (get.ack === this.current) {
      this.takeTurn(get);
    } else {
      this.answer(get, { resync: this.cursor });
    }
  }

  /** The caller of a held P-GET hung up: nothing is lost, the next one gets the events. */
  forget(get: PendingGet): void {
    if (this.parked !== get) return;
    this.unpark();
    this.releasedAt = this.clock.now();
  }

  /** Makes it look as if the last P-GET had been released `ms` ago; one that is held is released. */
  fallSilent(ms: number): void {
    this.release();
    this.releasedAt -= ms;
  }

  /** Ends a held P-GET with an error, for good. */
  close(problem: UcwaProblem): void {
    const get = this.unpark();
    this.queue = [];
    get?.answer({ problem });
  }

  private takeTurn(get: PendingGet): void {
    if (this.parked !== undefined) {
      const problem = conflict('PGetReplaced', 'This request was replaced by another one for the same event channel.');
      if (get.priority < this.parked.priority) {
        get.answer({ problem });
        return;
      }
      this.unpark()?.answer({ problem });
    }
    this.sent = undefined;
    this.aggregation = { ...this.aggregation, ...get.aggregation };
    this.parked = get;
    this.cancelTimeout = this.timers.after(this.aggregation.timeout * 1000, () => {
      this.release();
    });
    this.scheduleFlush();
  }

  /** Releases the held P-GET once the most impatient queued event is due. */
  private scheduleFlush(): void {
    this.cancelFlush();
    if (this.parked === undefined || this.queue.length === 0) return;
    const holds = this.queue.map(({ priority, at }) => this.holdMs(priority) - (this.clock.now() - at));
    // Even urgent events wait for the end of the running turn, so that what belongs together arrives together.
    this.cancelFlush = this.timers.after(Math.max(0, Math.min(...holds)), () => {
      this.release();
    });
  }

  private holdMs(priority: Priority): number {
    return priority === 'high' ? 0 : this.aggregation[priority] * 1000;
  }

  private release(): void {
    const get = this.unpark();
    if (get === undefined) return;
    const events = this.queue;
    this.queue = [];
    this.deliver(get, { next: this.style.href(get.ack + 1), sender: this.groupBySender(events) });
  }

  private reset(get: PendingGet, onReset: () => void): void {
    onReset();
    this.queue = [];
    this.aggregation = defaultAggregation;
    this.deliver({ ...get, ack: this.current }, { resume: this.style.href(this.current + 1), sender: [] });
  }

  /** Freezes the package under its ack and sends it. */
  private deliver(get: PendingGet, content: Pick<EventPackage, 'next' | 'resume' | 'sender'>): void {
    this.sent = { ack: get.ack, package: { self: this.style.href(get.ack), ...content } };
    this.current = get.ack + 1;
    this.answer(get, this.sent.package);
  }

  private answer(get: PendingGet, eventPackage: EventPackage): void {
    this.releasedAt = this.clock.now();
    get.answer({ package: eventPackage });
  }

  private unpark(): PendingGet | undefined {
    const get = this.parked;
    this.parked = undefined;
    this.cancelTimeout();
    this.cancelFlush();
    return get;
  }

  private groupBySender(events: readonly QueuedEvent[]): NonNullable<EventPackage['sender']> {
    const groups: { rel: string; href: string; events: EventBody[] }[] = [];
    for (const { sender, body } of events) {
      const last = groups.at(-1);
      if (last?.href === sender.href && !this.style.splitSenders()) last.events.push(body);
      else groups.push({ ...sender, events: [body] });
    }
    return groups;
  }
}
