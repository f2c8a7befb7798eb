import { UcwaError, UcwaNotFoundError, UcwaProtocolError, UcwaUnknownOutcomeError } from './errors';
import { hrefKey } from './href';
import type { UcwaClock } from './options';
import { mayHaveArrived } from './outcome';
import {
  applyChanges,
  decodeExtension,
  encodeExtension,
  type OnlineMeetingExtension,
  type OnlineMeetingExtensionChanges,
  type OnlineMeetingExtensionInput,
} from './resources/online-meeting-extension';
import { embeddedOf, linkOf, linksOf } from './resources/resource';
import type { RunInApplication } from './scheduled-meetings';
import type { Application } from './session/application';
import { readMany } from './session/batch-reading';
import type { Fetched } from './session/command-channel';
import { readMeeting, urlOfMeeting } from './session/meeting-collection';
import { replaceResource } from './session/replacement';
import type { OnlineMeetingExtensions } from './surface';

/** When to look for an extension whose creation has an open outcome, in milliseconds after each other. */
const looksAfterMs = [0, 1_000, 3_000] as const;

/** By which application something was read: its href is of no use in the next one. */
const readIn = new WeakMap<object, Application>();

/** The extensions of an account's scheduled meetings. */
export class MeetingExtensions implements OnlineMeetingExtensions {
  readonly #run: RunInApplication;
  readonly #clock: UcwaClock;

  constructor(run: RunInApplication, clock: UcwaClock) {
    this.#run = run;
    this.#clock = clock;
  }

  async list(meetingId: string, signal: AbortSignal): Promise<OnlineMeetingExtension[]> {
    return this.#run(async (application, limited) => listExtensions(application, meetingId, limited), signal);
  }

  async get(meetingId: string, id: string, signal: AbortSignal): Promise<OnlineMeetingExtension> {
    return this.#run(async (application, limited) => {
      const { href } = await findExtension(application, { meetingId, id }, limited);
      return decodeFetched(application, meetingId, await application.channel.get(new URL(href), limited));
    }, signal);
  }

  async create(
    meetingId: string,
    input: OnlineMeetingExtensionInput,
    signal: AbortSignal,
  ): Promise<OnlineMeetingExtension> {
    return this.#run(async (application, limited) => {
      const url = await collectionUrl(application, meetingId, limited);
      try {
        const { body, location, ...posted } = await application.channel.post(
          { url, body: encodeExtension(input) },
          limited,
        );
        if (body !== undefined) return decodeFetched(application, meetingId, { ...posted, url: location ?? url, body });
      } catch (error) {
        limited.throwIfAborted();
        if (!mayHaveArrived(error) || !(error instanceof UcwaError)) throw error;
        return await this.#search(application, { meetingId, input, error }, limited);
      }
      const error = new UcwaProtocolError('The new extension came without a body');
      return this.#search(application, { meetingId, input, error }, limited);
    }, signal);
  }

  async update(
    current: OnlineMeetingExtension,
    changes: OnlineMeetingExtensionChanges,
    signal: AbortSignal,
  ): Promise<OnlineMeetingExtension> {
    return this.#run(async (application, limited) => {
      const { meetingId, id, etag } = current;
      const isKnown = readIn.get(current.raw) === application;
      const { href } = isKnown ? current : await findExtension(application, { meetingId, id }, limited);
      const body = applyChanges(current.raw, changes);
      const replacement = {
        url: application.resolve(href),
        body,
        etag,
        decode: (fetched: Fetched) => decodeFetched(application, meetingId, fetched),
        hasAll: (now: OnlineMeetingExtension) => isLike(now, decodeExtension(body, current)),
      };
      return replaceResource(application, replacement, limited);
    }, signal);
  }

  async remove(meetingId: string, id: string, signal: AbortSignal): Promise<void> {
    await this.#run(async (application, limited) => {
      const { href } = await findExtension(application, { meetingId, id }, limited);
      await application.channel.delete(new URL(href), limited);
    }, signal).catch((error: unknown) => {
      if (!(error instanceof UcwaNotFoundError)) throw error;
    });
  }

  /** The id tells whether it is there; the content tells whether it is ours. */
  async #search(
    application: Application,
    failed: { readonly meetingId: string; readonly input: OnlineMeetingExtensionInput; readonly error: UcwaError },
    signal: AbortSignal,
  ): Promise<OnlineMeetingExtension> {
    const { meetingId, input, error } = failed;
    const unknown = new UcwaUnknownOutcomeError(`It is not known whether it was made: ${error.message}`, error);
    for (const afterMs of looksAfterMs) {
      await this.#clock.sleep(afterMs, signal);
      const extensions = await listExtensions(application, meetingId, signal).catch(() => {
        signal.throwIfAborted();
        throw unknown;
      });
      const found = extensions.find(({ id }) => id === input.id);
      if (found !== undefined && isLike(found, { type: input.type, properties: input.properties ?? {} })) return found;
      if (found !== undefined) break;
    }
    throw unknown;
  }
}

/** Where a meeting keeps its extensions: the meeting's own link says it. @throws UcwaNotFoundError. */
async function collectionUrl(application: Application, meetingId: string, signal: AbortSignal): Promise<URL> {
  const url = await urlOfMeeting(application, meetingId, signal);
  if (url === undefined) throw noSuchExtension();
  const meeting = await readMeeting(application, url, signal);
  const link = linkOf(meeting.raw, 'onlineMeetingExtensions');
  if (link === undefined) throw noSuchExtension();
  return application.channel.resolve(link.href, url);
}

async function listExtensions(
  application: Application,
  meetingId: string,
  signal: AbortSignal,
): Promise<OnlineMeetingExtension[]> {
  const { channel } = application;
  const collection = await channel.get(await collectionUrl(application, meetingId, signal), signal);
  const whole = embeddedOf(collection.body, 'onlineMeetingExtension').map((body) =>
    decodeFetched(application, meetingId, { url: collection.url, body }),
  );
  const seen = new Set(whole.map(({ href }) => hrefKey(href, collection.url)));
  const links = linksOf(collection.body, 'onlineMeetingExtension')
    .filter(({ href }) => !seen.has(hrefKey(href, collection.url)))
    .map(({ href }) => channel.resolve(href, collection.url));
  const fetched = await readMany(application, links, signal);
  return [...whole, ...fetched.map((item) => decodeFetched(application, meetingId, item))];
}

async function findExtension(
  application: Application,
  { meetingId, id }: { readonly meetingId: string; readonly id: string },
  signal: AbortSignal,
): Promise<OnlineMeetingExtension> {
  const extensions = await listExtensions(application, meetingId, signal);
  const found = extensions.find((extension) => extension.id === id);
  if (found === undefined) throw noSuchExtension();
  return found;
}

function decodeFetched(application: Application, meetingId: string, fetched: Fetched): OnlineMeetingExtension {
  readIn.set(fetched.body, application);
  const self = linkOf(fetched.body, 'self');
  const url = self === undefined ? fetched.url : application.channel.resolve(self.href, fetched.url);
  return decodeExtension(fetched.body, { meetingId, href: url.href, etag: fetched.etag });
}

type Content = Pick<OnlineMeetingExtension, 'type' | 'properties'>;

function isLike(extension: Content, wanted: Content): boolean {
  const { type, properties } = wanted;
  return (
    extension.type === type && Object.entries(properties).every(([name, value]) => extension.properties[name] === value)
  );
}

function noSuchExtension(): UcwaNotFoundError {
  return new UcwaNotFoundError('Looking for the extension', { status: 404, code: 'NotFound' });
}
