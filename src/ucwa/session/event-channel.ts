import { type HttpAnswer, isSuccess, readBody, toResponseError } from '../answer';
import {
  EventChannelTakenError,
  UcwaError,
  UcwaNotFoundError,
  UcwaProtocolError,
  UcwaResponseError,
  UcwaTransportError,
} from '../errors';
import type { UcwaClock } from '../options';
import { decodeEventPackage, type EventPackage } from '../resources/event-package';
import { hasSubcode, jitterMs } from '../retry';

import { mayBePoolFailure } from './pool-failure';

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
  /** Called for every package, strictly in order, after the next P-GET was sent. */
  readonly onPackage: (eventPackage: EventPackage) => void;
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
    parts.onPackage(received.eventPackage);
  }
}

interface Received {
  readonly eventPackage: EventPackage;
  readonly nextUrl: URL;
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
    return { eventPackage, nextUrl };
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
    if (hasSubcode(error, 'PGetReplaced')) {
      this.#replacements += 1;
      if (this.#replacements > 1) throw new EventChannelTakenError();
      await clock.sleep(5_000, signal);
      return state.url;
    }
    if (!isPassing(error) && !lostItsPlace(error)) throw error;
    if (!lostItsPlace(error) || state.failures > 1) await clock.sleep(backoffMs(error, state.failures), signal);
    if (lostItsPlace(error)) return this.#startAgain(state.url, signal);
    const isInDoubt = state.failures >= failuresUntilDoubt && mayBePoolFailure(error);
    if (isInDoubt && (await this.#parts.hasMoved(signal))) throw error;
    return state.url;
  }

  async #startAgain(url: URL, signal: AbortSignal): Promise<URL> {
    try {
      return await this.#parts.readEventsUrl(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UcwaError && isPassing(error)) return url;
      throw error;
    }
  }
}

/** The cursor is of no use any more, but the application may be. */
function lostItsPlace(error: UcwaError): boolean {
  return (
    error instanceof UcwaNotFoundError ||
    (error instanceof UcwaProtocolError && error.status === undefined) ||
    error.status === 400
  );
}

function isPassing(error: UcwaError): boolean {
  if (error instanceof UcwaTransportError || error instanceof UcwaProtocolError) return true;
  if (!(error instanceof UcwaResponseError)) return false;
  if (error.status === 410) return hasSubcode(error, 'CannotRedirect');
  const status = error.status ?? 0;
  return status < 400 || status === 408 || status === 409 || status === 429 || status >= 500;
}

function backoffMs(error: UcwaError, failures: number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, 600_000);
  const [baseMs, capMs] = hasSubcode(error, 'CannotRedirect') ? [30_000, 120_000] : [1_000, 30_000];
  const stepMs = Math.min(capMs, baseMs * 2 ** (failures - 1));
  return stepMs * 0.8 + jitterMs(1, stepMs * 0.4, stepMs * 0.4);
}
