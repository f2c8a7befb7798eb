import { type HttpAnswer, isSuccess, readBody, toResponseError } from '../answer';
import { EventChannelTakenError, UcwaCircuitOpenError, UcwaError, UcwaProtocolError } from '../errors';
import type { UcwaClock } from '../options';
import { mayBePoolFailure, verdictOn } from '../outcome';
import { decodeEventPackage, type EventPackage } from '../resources/event-package';
import { jitterMs } from '../retry';

/** The server holds a P-GET up to 180 s; we wait this much longer before we believe the connection dead. */
const pollTimeoutMs = 210_000;

/** After so many failures in a row it is asked whether there is another pool now. */
const failuresUntilDoubt = 3;

/** What the event channel needs from the application around it. */
export interface EventChannelParts {
  readonly clock: UcwaClock;
  readonly poll: (url: URL, timeoutMs: number, signal: AbortSignal) => Promise<HttpAnswer>;
  /** Resolves a link of a package; must refuse other origins. */
  readonly resolve: (href: string, base: URL) => URL;
  /** Reads the application anew: its events URL. @throws UcwaNotFoundError when the application is gone. */
  readonly readEventsUrl: (signal: AbortSignal) => Promise<URL>;
  /** Whether the user's home is on another pool now; asked when this one fails again and again. */
  readonly hasMoved: (signal: AbortSignal) => Promise<boolean>;
  /** Whether the application is ours still, although somebody else polls; absent when nobody can tell. */
  readonly isStillOurs?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Called for every package, strictly in order, after the next P-GET was sent; with the id of its own P-GET. */
  readonly onPackage: (eventPackage: EventPackage, requestId: string) => void;
}

/**
 * Keeps exactly one P-GET pending until `signal` aborts, and hands out the packages in order.
 *
 * The next P-GET is sent before a package is handed out. After a lost connection the same URL is asked again: the server
 * then repeats the same package, so that nothing is lost or doubled. Source: Skype/UCWA/EventChannelDetails.md.
 *
 * @throws the signal's reason when stopped; EventChannelTakenError; UcwaNotFoundError or a 410 UcwaResponseError when the
 * application is gone; UcwaAuthenticationError; the failure itself when the user has moved to another pool.
 */
export async function runEventChannel(parts: EventChannelParts, firstUrl: URL, signal: AbortSignal): Promise<never> {
  const loop = new PollLoop(parts);
  let pending = loop.next(firstUrl, signal);
  for (;;) {
    const received = await pending;
    pending = loop.next(received.nextUrl, signal);
    pending.catch(() => undefined); // read on the next turn of the loop; until then it must not count as unhandled
    await new Promise(setImmediate); // lets the request leave before the package is worked on
    parts.onPackage(received.eventPackage, received.requestId);
  }
}

interface Received {
  readonly eventPackage: EventPackage;
  readonly nextUrl: URL;
  readonly requestId: string;
}

/** Gets one package, whatever it takes, and remembers what must not go on for ever. */
class PollLoop {
  readonly #parts: EventChannelParts;
  #idleInARow = 0;
  #replacements = 0;

  constructor(parts: EventChannelParts) {
    this.#parts = parts;
  }

  async next(startUrl: URL, signal: AbortSignal): Promise<Received> {
    let url = startUrl;
    await this.#calmDown(signal);
    for (let failures = 0; ;) {
      try {
        const received = await this.#once(url, signal);
        this.#replacements = 0;
        return received;
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        url = await this.#recover(error, { url, failures }, signal);
      }
    }
  }

  async #once(url: URL, signal: AbortSignal): Promise<Received> {
    const { clock, poll, resolve } = this.#parts;
    const askedAt = clock.now();
    const answer = await poll(url, pollTimeoutMs, signal);
    if (!isSuccess(answer)) throw toResponseError(answer);
    const eventPackage = decodeEventPackage(readBody(answer), url);
    if (eventPackage.continuation === undefined)
      throw new UcwaProtocolError('The event channel does not say how to go on');
    const nextUrl = resolve(eventPackage.continuation.href, url);
    const bringsNothing = eventPackage.events.length === 0 || nextUrl.href === url.href;
    this.#idleInARow = bringsNothing && clock.now() - askedAt < 1_000 ? this.#idleInARow + 1 : 0;
    return { eventPackage, nextUrl, requestId: answer.requestId ?? 'unknown' };
  }

  /** A server that answers at once with nothing, or with the same again, must not be asked in a tight circle. */
  async #calmDown(signal: AbortSignal): Promise<void> {
    if (this.#idleInARow < 3) return;
    await this.#parts.clock.sleep(Math.min(2_000, 100 * 2 ** (this.#idleInARow - 3)), signal);
  }

  /** Waits as the failure demands and says which URL to ask then. @throws what cannot be recovered here. */
  async #recover(
    error: unknown,
    state: { readonly url: URL; readonly failures: number },
    signal: AbortSignal,
  ): Promise<URL> {
    const { clock } = this.#parts;
    if (!(error instanceof UcwaError)) throw error;
    if (error instanceof UcwaCircuitOpenError) return this.#awaitServer(error, state.url, signal);
    switch (verdictOn(error).poll) {
      case 'end':
        throw error;
      case 'replaced':
        await this.#yield(signal);
        return state.url;
      case 'restart':
        if (state.failures > 1) await clock.sleep(backoffMs(error, state.failures), signal);
        return this.#startAgain(state.url, signal);
      case 'again':
      case 'slowly':
        await clock.sleep(backoffMs(error, state.failures), signal);
        if (state.failures >= failuresUntilDoubt) await this.#doubtPool(error, signal);
        return state.url;
    }
  }

  /**
   * Somebody else polls. Asking again at once would end their P-GET, and theirs ours, for ever.
   *
   * @throws EventChannelTakenError when they are to have it.
   */
  async #yield(signal: AbortSignal): Promise<void> {
    const isOurs = (await this.#parts.isStillOurs?.(signal)) ?? true;
    this.#replacements += 1;
    if (!isOurs || this.#replacements > 1) throw new EventChannelTakenError();
    await this.#parts.clock.sleep(5_000, signal);
  }

  /**
   * Waits while the server is left alone. When it is to be tried and nobody else does, a GET of the application does it: a
   * P-GET would be held, and tell nothing for minutes.
   */
  async #awaitServer(error: UcwaCircuitOpenError, url: URL, signal: AbortSignal): Promise<URL> {
    await this.#doubtPool(error, signal);
    const waitMs = error.retryAfterMs ?? 0;
    if (waitMs > 0) await this.#parts.clock.sleep(waitMs + jitterMs(1, waitMs, 5_000), signal);
    else await this.#startAgain(url, signal);
    return url;
  }

  /** @throws the failure itself when there is another pool now. */
  async #doubtPool(error: UcwaError, signal: AbortSignal): Promise<void> {
    if (mayBePoolFailure(error) && (await this.#parts.hasMoved(signal))) throw error;
  }

  async #startAgain(url: URL, signal: AbortSignal): Promise<URL> {
    try {
      return await this.#parts.readEventsUrl(signal);
    } catch (error) {
      signal.throwIfAborted();
      const { poll } = verdictOn(error);
      if (poll === 'again' || poll === 'slowly' || error instanceof UcwaProtocolError) return url;
      throw error;
    }
  }
}

function backoffMs(error: UcwaError, failures: number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, 600_000);
  const [baseMs, capMs] = verdictOn(error).poll === 'slowly' ? [30_000, 120_000] : [1_000, 30_000];
  const stepMs = Math.min(capMs, baseMs * 2 ** (failures - 1));
  return stepMs * 0.8 + jitterMs(1, stepMs * 0.4, stepMs * 0.4);
}
