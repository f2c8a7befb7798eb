import { UcwaConversationEndedError, UcwaOperationFailedError, UcwaResponseError } from '../errors';
import type { ConversationSnapshot, MeetingControl } from '../meeting-control';
import { isGone } from '../outcome';
import { decodeOnlineMeeting, type OnlineMeeting } from '../resources/online-meeting';
import type { JoinedMeeting } from '../surface';

import type { Application } from './application';
import { type Conversation, end } from './conversation-view';
import { watchConversation } from './conversation-watch';
import { hasCompany, sessionLost } from './conversations';
import { MeetingActions } from './meeting-actions';
import type { Operation } from './operations';
import { cancelOperation } from './participant-invitation';

/** A meeting we are in, or in whose lobby we wait. */
export class MeetingInProgress implements JoinedMeeting {
  readonly #application: Application;
  readonly #operation: Operation;
  readonly #conversation: Conversation;
  readonly #onLeft: () => void;
  /** See `JoinedMeeting`. */
  readonly control: MeetingControl;
  #onlineMeeting: OnlineMeeting;

  constructor(
    application: Application,
    joined: {
      readonly operation: Operation;
      readonly conversation: Conversation;
      readonly onlineMeeting: OnlineMeeting;
      /** How long events are waited for after a POST with an open outcome, in milliseconds. */
      readonly lookMs: number;
      readonly onLeft: () => void;
    },
  ) {
    this.#application = application;
    this.#operation = joined.operation;
    this.#conversation = joined.conversation;
    this.#onlineMeeting = joined.onlineMeeting;
    this.#onLeft = joined.onLeft;
    this.control = new MeetingActions(application, joined.conversation, joined.lookMs);
  }

  /** See `JoinedMeeting`. */
  get onlineMeeting(): OnlineMeeting {
    return this.#onlineMeeting;
  }

  /** See `JoinedMeeting`. */
  get operationId(): string {
    return this.#operation.id;
  }

  /** See `JoinedMeeting`. */
  get inLobby(): boolean {
    // The invitation's end may come before the conversation says so.
    return this.#operation.outcome === undefined && isInLobby(this.#conversation);
  }

  /** See `JoinedMeeting`. */
  async admitted(signal: AbortSignal): Promise<void> {
    const wasInLobby = this.#operation.outcome === undefined;
    await this.#application.changes.until(() => admission(this.#operation, this.#conversation), signal);
    if (wasInLobby) this.#onlineMeeting = await readOnlineMeeting(this.#application, this.#conversation, signal);
  }

  /** See `JoinedMeeting`. */
  async someoneElseJoined(signal: AbortSignal): Promise<void> {
    await this.#application.changes.until(() => (hasCompany(this.#conversation) ? true : undefined), signal);
  }

  /** See `JoinedMeeting`. */
  watch(signal: AbortSignal): AsyncIterable<ConversationSnapshot> {
    return watchConversation(this.#application, this.#conversation, signal);
  }

  /** See `JoinedMeeting`. */
  async cancelJoin(signal: AbortSignal): Promise<void> {
    if (this.#conversation.ended !== undefined) return;
    await cancelOperation(this.#application, this.#operation, signal);
  }

  /** See `JoinedMeeting`. */
  async leave(signal: AbortSignal): Promise<void> {
    await leaveConversation(this.#application, this.#conversation, signal);
    this.#application.operations.close(this.#operation);
    this.#onLeft();
  }
}

/** Whether the leaders have not let us in yet. */
export function isInLobby(conversation: Conversation): boolean {
  return conversation.ended === undefined && conversation.content.state === 'InLobby';
}

/** Leaves a conversation; one that is over, or unknown to the server, counts as left. */
export async function leaveConversation(
  application: Application,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<void> {
  const mayGoOn = conversation.ended === undefined || conversation.ended === sessionLost;
  if (mayGoOn && application.lostBecause === undefined) {
    conversation.isLeaving = true; // the event that ends it may come before the answer
    await application.channel.delete(application.resolve(conversation.key), signal).catch((error: unknown) => {
      if (isGone(error)) return;
      conversation.isLeaving = false;
      throw error;
    });
  }
  if (conversation.ended === sessionLost) conversation.ended = 'Left';
  end(conversation, 'Left');
  application.changes.notify();
}

/**
 * Reads the meeting inside a conversation, unless an event brought its join URL along. Waiting in the lobby one may not
 * be allowed to read it: then it is what is known. Source: Skype/UCWA/onlineMeeting_ref.md.
 */
export async function readOnlineMeeting(
  application: Application,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<OnlineMeeting> {
  const known = decodeOnlineMeeting(conversation.onlineMeeting ?? {}, conversation.content.onlineMeetingKey);
  if (known.joinUrl !== undefined) return known;
  try {
    if (conversation.content.onlineMeetingKey === undefined) await application.reader.readItself(conversation, signal);
    const key = conversation.content.onlineMeetingKey;
    if (key === undefined) return known;
    const { body } = await application.channel.get(application.resolve(key), signal);
    conversation.onlineMeeting = body;
    conversation.revision += 1;
    return decodeOnlineMeeting(body, key);
  } catch (error) {
    if (isInLobby(conversation) && error instanceof UcwaResponseError) return known;
    throw error;
  }
}

function admission(operation: Operation, conversation: Conversation): true | undefined {
  const { outcome, error } = operation;
  if (outcome?.kind === 'failure') throw new UcwaOperationFailedError('Joining', outcome.reason);
  if (error !== undefined) throw error;
  if (conversation.ended !== undefined) throw new UcwaConversationEndedError(conversation.ended);
  return outcome?.kind === 'success' || conversation.content.state === 'Conferenced' ? true : undefined;
}
