import {
  UcwaError,
  UcwaNotEnabledError,
  UcwaNotFoundError,
  UcwaOperationFailedError,
  UcwaProtocolError,
  UcwaUnknownOutcomeError,
} from '../errors';
import type { JsonObject } from '../json';
import { withLimits } from '../waiting';

import type { Application } from './application';
import type { Conversation } from './conversation-view';
import { isInLobby, leaveConversation, MeetingInProgress, readOnlineMeeting } from './joined-meeting';
import { postOperation } from './operation-post';
import type { Operation } from './operations';

/** How long the event channel is watched for the reason why a conversation is gone. */
const shortLookMs = 2_000;

/** How long an operation nobody waits for any more is followed, to leave its meeting when it comes. */
const abandonedMs = 300_000;

/** Start or join: the link to post to, and what to post. `body.operationId` must be there. */
export interface EntryRequest {
  readonly rel: 'startOnlineMeeting' | 'joinOnlineMeeting';
  readonly operationId: string;
  readonly body: JsonObject;
  /** How long the event channel is watched for an operation whose POST has an open outcome, in milliseconds. */
  readonly lookMs: number;
  /** Whether what comes to be later, when nobody waits any more, is left again. */
  readonly leaveWhenGivenUp: boolean;
}

/** Posts a start or join. @throws UcwaNotEnabledError, and what `postOperation` throws. */
export async function postEntry(
  application: Application,
  request: EntryRequest,
  signal: AbortSignal,
): Promise<Operation> {
  application.assertListening();
  const url = await application.link('communication', request.rel, signal);
  if (url === undefined) {
    throw new UcwaNotEnabledError('conversations', `The server offers this user no ${request.rel} link`);
  }
  const { operationId, body, lookMs, leaveWhenGivenUp } = request;
  const giveUp = (operation: Operation): void => {
    if (leaveWhenGivenUp) abandon(application, operation);
    else application.operations.close(operation);
  };
  return postOperation(application, { url, operationId, body, lookMs, giveUp }, signal);
}

/**
 * Follows an operation to its end (or into the lobby) and reads the meeting.
 *
 * @throws UcwaOperationFailedError with the server's reason; UcwaUnknownOutcomeError when it does not end in time. Whoever
 * stops waiting leaves nothing behind, unless they said that they look again: a meeting that comes to be later is left.
 */
export async function followEntry(
  application: Application,
  follow: {
    readonly operation: Operation;
    readonly timeoutMs: number;
    /** How long events are waited for after a POST inside the meeting with an open outcome, in milliseconds. */
    readonly lookMs: number;
    readonly leaveWhenGivenUp: boolean;
    readonly onLeft: (meeting: MeetingInProgress) => void;
  },
  signal: AbortSignal,
): Promise<MeetingInProgress> {
  const { operation, timeoutMs } = follow;
  const timeoutError = (): Error => new UcwaUnknownOutcomeError('The operation did not end in time');
  try {
    return await withLimits({ signals: [signal], timeoutMs, timeoutError }, async (limited) => {
      const conversation = await arrive(application, operation, limited);
      const onlineMeeting = await readOnlineMeeting(application, conversation, limited).catch(async (error: unknown) =>
        explainLoss(application, { operation, error }, limited),
      );
      if (conversation.content.localParticipantKey === undefined) {
        await application.reader.readItself(conversation, limited).catch(ignoreServer);
      }
      const meeting: MeetingInProgress = new MeetingInProgress(application, {
        operation,
        conversation,
        onlineMeeting,
        lookMs: follow.lookMs,
        onLeft: () => {
          follow.onLeft(meeting);
        },
      });
      return meeting;
    });
  } catch (error) {
    if (follow.leaveWhenGivenUp) {
      abandon(application, operation);
      throw error;
    }
    application.operations.close(operation);
    throw signal.aborted ? error : orUnknown(error);
  }
}

async function arrive(application: Application, operation: Operation, signal: AbortSignal): Promise<Conversation> {
  await application.changes.until(() => (hasArrived(application, operation) ? true : undefined), signal);
  if (operation.conversationKey === undefined) await application.readInvitation(operation, signal);
  const key = operation.conversationKey;
  if (key === undefined) throw new UcwaProtocolError('The invitation was accepted but names no conversation');
  const conversation = application.conversations.at(key);
  conversation.isKept = true;
  return conversation;
}

function hasArrived(application: Application, operation: Operation): boolean {
  if (operation.error !== undefined) throw operation.error;
  if (operation.outcome?.kind === 'failure') {
    throw new UcwaOperationFailedError('Entering the meeting', operation.outcome.reason);
  }
  if (operation.outcome?.kind === 'success') return true;
  if (operation.conversationKey === undefined) return false;
  const conversation = application.conversations.at(operation.conversationKey);
  if (conversation.ended !== undefined) {
    throw new UcwaOperationFailedError('Entering the meeting', { code: 'RemoteFailure', subcode: conversation.ended });
  }
  return isInLobby(conversation);
}

/**
 * A conversation that is gone when it is read, as after a refusal in the lobby: its events, here or on their way, say why.
 *
 * @throws UcwaOperationFailedError; `error` itself when they say nothing.
 */
async function explainLoss(
  application: Application,
  { operation, error }: { readonly operation: Operation; readonly error: unknown },
  signal: AbortSignal,
): Promise<never> {
  if (!(error instanceof UcwaNotFoundError)) throw error;
  const hasEnded = (): undefined => {
    hasArrived(application, operation);
  };
  const limits = { signals: [signal], timeoutMs: shortLookMs, timeoutError: () => error };
  return withLimits(limits, async (limited) => application.changes.until<never>(hasEnded, limited));
}

/** Nobody waits any more; should the meeting come to be all the same, it is left, so that no ghost stays in it. */
function abandon(application: Application, operation: Operation): void {
  const limits = { signals: [], timeoutMs: abandonedMs, timeoutError: () => new UcwaUnknownOutcomeError('Given up') };
  const leaveWhenThere = async (signal: AbortSignal): Promise<void> => {
    const conversation = await arrive(application, operation, signal);
    await leaveConversation(application, conversation, signal);
  };
  void withLimits(limits, leaveWhenThere)
    .catch(ignoreServer)
    .finally(() => {
      application.operations.close(operation);
    });
}

/** The request was executed: unless the server says that it came to nothing, the meeting may be there. */
function orUnknown(error: unknown): unknown {
  const isAnswer = error instanceof UcwaOperationFailedError || error instanceof UcwaUnknownOutcomeError;
  if (isAnswer || !(error instanceof UcwaError)) return error;
  return new UcwaUnknownOutcomeError(`The meeting may be there, and could not be read: ${error.message}`, error);
}

function ignoreServer(error: unknown): void {
  if (!(error instanceof UcwaError)) throw error;
}
