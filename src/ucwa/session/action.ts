import { UcwaActionUnavailableError, UcwaError, UcwaResponseError, UcwaUnknownOutcomeError } from '../errors';
import { verdictOn } from '../outcome';
import { maxAttempts, type Try } from '../retry';
import { newRequestId } from '../transport';

import type { Application } from './application';

/** What a look at the server tells of an action. */
export interface Look {
  /** The effect is there. */
  readonly isDone: boolean;
  /** Where to post it; absent when it is not possible now. */
  readonly href?: string | undefined;
}

/** Something to be done by following a link with a POST without content. */
export interface Action {
  /** The relation of the link. */
  readonly rel: string;
  /** The link, if it is known. */
  readonly href: string | undefined;
  /** Reads what the action is about. */
  readonly look: (signal: AbortSignal) => Promise<Look>;
}

/**
 * Follows the link of an action. The server answers when it has accepted; the effect is an event. After a failure that
 * leaves the outcome open the server is looked at, and only what it still offers is posted again.
 *
 * @throws UcwaActionUnavailableError when there is no link, UcwaUnknownOutcomeError when looking does not settle it,
 * UcwaResponseError.
 */
export async function perform(application: Application, action: Action, signal: AbortSignal): Promise<void> {
  let href = action.href ?? (await action.look(signal)).href;
  let lost: UcwaError | undefined;
  const id = newRequestId();
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    if (href === undefined) break;
    const failure = await post(application, href, signal);
    if (failure === undefined) return;
    const verdict = verdictOn(failure).action;
    if (verdict === 'done') return;
    if (verdict === 'unknown') lost = failure;
    if (lost === undefined) throw isRefusal(failure) ? unavailable(action, failure) : failure;
    const mayRepeat = await pauseAfter(application, { href, tried: { id, attempt }, error: lost }, signal);
    const { isDone, href: offered } = await lookAfter(action, lost, signal);
    if (isDone) return;
    href = mayRepeat ? offered : undefined;
  }
  throw lost === undefined ? unavailable(action) : unknownOutcome(action, lost);
}

/** @returns the failure, if it was one of the server. */
async function post(application: Application, href: string, signal: AbortSignal): Promise<UcwaError | undefined> {
  try {
    await application.channel.post({ url: application.resolve(href), methodClass: 'action' }, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UcwaError) return error;
    throw error;
  }
}

/** Whether there may be another try; waits for it. */
async function pauseAfter(
  application: Application,
  failed: { readonly href: string; readonly tried: Try; readonly error: UcwaError },
  signal: AbortSignal,
): Promise<boolean> {
  if (failed.tried.attempt >= maxAttempts) return false;
  return application.channel.pauseAfter(application.resolve(failed.href), failed, signal);
}

async function lookAfter(action: Action, lost: UcwaError, signal: AbortSignal): Promise<Look> {
  return action.look(signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof UcwaError ? unknownOutcome(action, lost) : error;
  });
}

/** The link was there a moment ago: the right, or what it was about, is gone. */
function isRefusal(error: UcwaError): error is UcwaResponseError {
  if (!(error instanceof UcwaResponseError) || verdictOn(error).application !== undefined) return false;
  return error.status === 403 || error.status === 404;
}

function unavailable({ rel }: Action, refusal?: UcwaResponseError): UcwaActionUnavailableError {
  return new UcwaActionUnavailableError(rel, refusal);
}

function unknownOutcome({ rel }: Action, lost: UcwaError): UcwaUnknownOutcomeError {
  return new UcwaUnknownOutcomeError(`It is not known whether the server did "${rel}": ${lost.message}`, lost);
}
