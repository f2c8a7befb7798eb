import { UcwaActionUnavailableError, UcwaConversationEndedError } from '../errors';
import type { ParticipantInvitation, ParticipantInvitationOutcome } from '../meeting-control';
import { waitFor } from '../waiting';

import { perform } from './action';
import type { Application } from './application';
import type { Conversation } from './conversation-view';
import { postOperation } from './operation-post';
import type { Operation } from './operations';

/** Whom to ask in, with what the account made of it. */
export interface InvitationRequest {
  readonly to: string;
  readonly operationId: string;
  /** How long the event channel is watched for an invitation whose POST has an open outcome, in milliseconds. */
  readonly lookMs: number;
}

/**
 * Asks somebody into a meeting. The POST is never repeated: it would ring twice.
 *
 * @throws UcwaActionUnavailableError without the link, and what `postOperation` throws.
 * Source: Skype/UCWA/addParticipant_ref.md, participantInvitation_ref.md.
 */
export async function inviteParticipant(
  application: Application,
  { conversation, request }: { readonly conversation: Conversation; readonly request: InvitationRequest },
  signal: AbortSignal,
): Promise<ParticipantInvitation> {
  application.assertListening();
  const { to, operationId, lookMs } = request;
  if (conversation.content.links?.addParticipant === undefined) {
    await application.reader.readItself(conversation, signal);
  }
  const href = conversation.content.links?.addParticipant;
  if (href === undefined) throw new UcwaActionUnavailableError('addParticipant');
  const giveUp = application.operations.close.bind(application.operations);
  const post = { url: application.resolve(href), operationId, body: { to, operationId }, lookMs, giveUp };
  const operation = await postOperation(application, post, signal);
  return new InvitationUnderWay(application, { conversation, operation, to });
}

/** Takes an operation back. @throws UcwaActionUnavailableError when it is too late, and what `perform` throws. */
export async function cancelOperation(
  application: Application,
  operation: Operation,
  signal: AbortSignal,
): Promise<void> {
  const look = async (): Promise<{ isDone: boolean; href: string | undefined }> => {
    await application.readInvitation(operation, signal);
    const isOver = operation.outcome !== undefined;
    return { isDone: operation.outcome?.kind === 'failure', href: isOver ? undefined : operation.cancelHref };
  };
  const href = operation.outcome === undefined ? operation.cancelHref : undefined;
  await perform(application, { rel: 'cancel', href, look }, signal);
}

class InvitationUnderWay implements ParticipantInvitation {
  readonly to: string;
  readonly #application: Application;
  readonly #operation: Operation;
  readonly #over: Promise<ParticipantInvitationOutcome>;

  constructor(
    application: Application,
    asked: { readonly conversation: Conversation; readonly operation: Operation; readonly to: string },
  ) {
    this.to = asked.to;
    this.#application = application;
    this.#operation = asked.operation;
    // Nobody's signal: it ends with the operation, the conversation or the application.
    this.#over = application.changes.until(
      () => outcomeOf(asked.operation, asked.conversation),
      new AbortController().signal,
    );
    const close = (): void => {
      application.operations.close(asked.operation);
    };
    this.#over.then(close, close);
  }

  get operationId(): string {
    return this.#operation.id;
  }

  async completed(signal: AbortSignal): Promise<ParticipantInvitationOutcome> {
    return waitFor(this.#over, signal);
  }

  async cancel(signal: AbortSignal): Promise<void> {
    if (this.#operation.outcome !== undefined) return;
    await cancelOperation(this.#application, this.#operation, signal).catch((error: unknown) => {
      const isTooLate = error instanceof UcwaActionUnavailableError && this.#operation.outcome !== undefined;
      if (!isTooLate) throw error;
    });
  }
}

function outcomeOf(operation: Operation, conversation: Conversation): ParticipantInvitationOutcome | undefined {
  if (operation.outcome !== undefined) return operation.outcome;
  if (operation.error !== undefined) throw operation.error;
  if (conversation.ended !== undefined) throw new UcwaConversationEndedError(conversation.ended);
  return undefined;
}
