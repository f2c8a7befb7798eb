import { UcwaError, UcwaUnknownOutcomeError } from '../errors';
import { hrefKey } from '../href';
import type { JsonObject } from '../json';
import { verdictOn } from '../outcome';
import { decodeInvitation } from '../resources/online-meeting-invitation';
import { linkOf } from '../resources/resource';
import { withLimits } from '../waiting';

import type { Application } from './application';
import type { Posted } from './command-channel';
import type { Operation } from './operations';

/** How long the event channel is watched after a failure that says that it hardly was executed. */
const shortLookMs = 2_000;

/** A POST that begins an operation. */
export interface OperationRequest {
  readonly url: URL;
  readonly operationId: string;
  /** `operationId` must be in it. */
  readonly body: JsonObject;
  /** How long the event channel is watched for an operation whose POST has an open outcome, in milliseconds. */
  readonly lookMs: number;
  /** Told of an operation that may exist although nobody waits for it any more; must close it in the end. */
  readonly giveUp: (operation: Operation) => void;
}

/**
 * Posts what begins an operation and registers it before, because its events may come before the answer.
 *
 * A POST with an open outcome is never repeated: the event channel is watched for its `operationId` instead.
 *
 * @throws UcwaUnknownOutcomeError when nothing comes, but the server's own error when that told what is wrong;
 * UcwaResponseError.
 * Source: Skype/UCWA/OperationResource.md.
 */
export async function postOperation(
  application: Application,
  request: OperationRequest,
  signal: AbortSignal,
): Promise<Operation> {
  const { url, body } = request;
  const operation = application.operations.open(request.operationId);
  try {
    learn(application, operation, await application.channel.post({ url, body }, signal));
  } catch (error) {
    if (signal.aborted) request.giveUp(operation);
    signal.throwIfAborted();
    await lookFor(application, { operation, error, request }, signal);
  }
  if (signal.aborted) request.giveUp(operation);
  signal.throwIfAborted();
  return operation;
}

/** The answer to the POST may name the invitation, or even carry it; both are welcome and neither is needed. */
function learn(application: Application, operation: Operation, posted: Posted): void {
  const self = posted.body === undefined ? undefined : linkOf(posted.body, 'self');
  const place = posted.location?.href ?? self?.href;
  if (place !== undefined) application.operations.locate(operation, hrefKey(place, posted.url));
  if (posted.body !== undefined) application.operations.read(operation, decodeInvitation(posted.body, posted.url));
  application.changes.notify();
}

async function lookFor(
  application: Application,
  failed: { readonly operation: Operation; readonly error: unknown; readonly request: OperationRequest },
  signal: AbortSignal,
): Promise<void> {
  const { operation, error, request } = failed;
  const { lookMs, giveUp } = request;
  const { creating } = verdictOn(error);
  if (creating === 'refused' || creating === 'repeat' || !(error instanceof UcwaError)) {
    application.operations.close(operation);
    throw error;
  }
  const unknown = new UcwaUnknownOutcomeError(`It is not known whether the server did it: ${error.message}`, error);
  const limits = {
    signals: [signal],
    timeoutMs: creating === 'look' ? lookMs : Math.min(shortLookMs, lookMs),
    timeoutError: () => (creating === 'confirm' ? error : unknown),
  };
  const wasSeen = (): true | undefined => (operation.seen || operation.error !== undefined ? true : undefined);
  await withLimits(limits, async (limited) => application.changes.until(wasSeen, limited)).catch((reason: unknown) => {
    giveUp(operation);
    throw reason;
  });
}
