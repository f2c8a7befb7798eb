import { UcwaPreconditionFailedError } from '../errors';
import type { JsonObject } from '../json';
import { mayHaveArrived } from '../outcome';
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
 * Replaces a resource if nobody changed it. A try whose answer was lost may have succeeded and makes the next one fail
 * with 412: then the resource is read, and counts as replaced if all changes are in it.
 *
 * @throws UcwaPreconditionFailedError when somebody else changed it.
 * Source: Skype/UCWA/PayloadFormat.md, "PUT".
 */
export async function replaceResource<T>(
  application: Application,
  replacement: Replacement<T>,
  signal: AbortSignal,
): Promise<T> {
  const { url, body, etag, decode, hasAll } = replacement;
  const { channel } = application;
  const lost: unknown[] = [];
  const tryOnce = async (tried: Try): Promise<T> =>
    decode((await channel.putOnce(url, { body, etag, tried }, signal)) ?? (await channel.get(url, signal)));
  const noting = async (tried: Try): Promise<T> =>
    tryOnce(tried).catch((error: unknown) => {
      if (mayHaveArrived(error)) lost.push(error);
      throw error;
    });
  try {
    return await channel.repeat({ method: 'PUT', url }, noting, signal);
  } catch (error) {
    if (lost.length === 0 || !(error instanceof UcwaPreconditionFailedError)) throw error;
    const now = decode(await channel.get(url, signal));
    if (hasAll(now)) return now;
    throw error;
  }
}
