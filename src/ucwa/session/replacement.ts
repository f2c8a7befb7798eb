import { UcwaError, UcwaUnknownOutcomeError } from '../errors';
import type { JsonObject } from '../json';
import { mayBePoolFailure, mayHaveArrived, verdictOn } from '../outcome';
import type { Try } from '../retry';

import type { Application } from './application';
import type { Fetched } from './command-channel';

/** A resource to replace, whole. */
export interface Replacement<T> {
  readonly url: URL;
  /** Everything the server sent, with the changes over it. */
  readonly body: JsonObject;
  /** Bare. */
  readonly etag: string | undefined;
  readonly decode: (fetched: Fetched) => T;
  readonly hasAll: (now: T) => boolean;
}

/**
 * Replaces a resource if nobody changed it. A try whose answer was lost may have succeeded, whatever the next one says (412
 * for one, since the tag has changed): then the resource is read, and counts as replaced if all changes are in it.
 *
 * @throws UcwaPreconditionFailedError when somebody else changed it; UcwaUnknownOutcomeError when it cannot be read.
 * Source: Skype/UCWA/PayloadFormat.md, "PUT".
 */
export async function replaceResource<T>(
  application: Application,
  replacement: Replacement<T>,
  signal: AbortSignal,
): Promise<T> {
  const { url, body, etag, decode, hasAll } = replacement;
  const { channel } = application;
  let lost: UcwaError | undefined;
  const tryOnce = async (tried: Try): Promise<T> =>
    decode((await channel.putOnce(url, { body, etag, tried }, signal)) ?? (await channel.get(url, signal)));
  const noting = async (tried: Try): Promise<T> =>
    tryOnce(tried).catch((error: unknown) => {
      if (error instanceof UcwaError && mayHaveArrived(error)) lost = error;
      throw error;
    });
  try {
    return await channel.repeat({ method: 'PUT', url }, noting, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (lost === undefined || saysEnough(error)) throw error;
    const now = await readAfter(lost, async () => decode(await channel.get(url, signal)));
    if (hasAll(now)) return now;
    throw error;
  }
}

/** The server is out of reach, which leaves it open by itself, or the application is not what it was. */
function saysEnough(error: unknown): boolean {
  return mayBePoolFailure(error) || verdictOn(error).application !== undefined;
}

async function readAfter<T>(lost: UcwaError, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UcwaError) || saysEnough(error)) throw error;
    throw new UcwaUnknownOutcomeError(`It is not known whether the server took the change: ${lost.message}`, lost);
  }
}
