import type { UcwaError } from '../errors';
import type { ChannelEvent, Reason } from '../resources/event-package';
import { decodeInvitation, type OnlineMeetingInvitation, outcomeOf } from '../resources/online-meeting-invitation';

/** Unmatched events are kept this long: an event may come before the answer that tells whose it is. */
const unmatchedMs = 30_000;

/** How an operation ended, as the server tells it. */
export type Outcome = { readonly kind: 'success' } | { readonly kind: 'failure'; readonly reason: Reason };

/** One start or join of ours, or our asking somebody in, from before its POST until its end. */
export interface Operation {
  readonly id: string;
  /** Whether the event channel has spoken of it: proof that the POST was executed. */
  seen: boolean;
  invitationKey?: string;
  conversationKey?: string;
  /** Where it can be taken back, as it was last seen. */
  cancelHref?: string;
  outcome?: Outcome;
  /** Ended by us: the session was lost. */
  error?: UcwaError;
  /** The server said it is complete but not how: somebody has to read the invitation. */
  needsReading: boolean;
}

/** Relations of what begins and ends with events of its own. */
const operationRels: ReadonlySet<string> = new Set(['onlineMeetingInvitation', 'participantInvitation']);

/**
 * Matches invitation events to our operations: by `operationId`, else by the invitation's URL, whatever the order of the
 * POST's answer and the events. An operation may show only its end. Source: Skype/UCWA/OperationResource.md.
 */
export class Operations {
  readonly #byId = new Map<string, Operation>();
  readonly #byKey = new Map<string, Operation>();
  readonly #now: () => number;
  #unmatched: { readonly event: ChannelEvent; readonly base: URL; readonly at: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Registers an operation. Must come before its POST. */
  open(id: string): Operation {
    const operation: Operation = { id, seen: false, needsReading: false };
    this.#byId.set(id, operation);
    return operation;
  }

  /** Forgets an operation. */
  close(operation: Operation): void {
    this.#byId.delete(operation.id);
    if (operation.invitationKey !== undefined) this.#byKey.delete(operation.invitationKey);
  }

  /** All that have not ended. */
  pending(): readonly Operation[] {
    return [...this.#byId.values()].filter(({ outcome, error }) => outcome === undefined && error === undefined);
  }

  /** Learns an operation's invitation URL from the `Location` of its POST, and gives it the events that came before. */
  locate(operation: Operation, invitationKey: string): void {
    operation.invitationKey ??= invitationKey;
    this.#byKey.set(invitationKey, operation);
    const waiting = this.#unmatched;
    this.#unmatched = [];
    for (const { event, base } of waiting) this.apply(event, base);
  }

  /** Takes an event of the channel, if it is about an invitation. */
  apply(event: ChannelEvent, base: URL): void {
    if (!operationRels.has(event.rel)) return;
    const invitation = event.embedded === undefined ? {} : decodeInvitation(event.embedded, base);
    const operation = this.#byId.get(invitation.operationId ?? '') ?? this.#byKey.get(event.key);
    if (operation === undefined) {
      this.#keep(event, base, invitation);
      return;
    }
    operation.seen = true;
    operation.invitationKey = event.key;
    this.#byKey.set(event.key, operation);
    learn(operation, invitation);
    if (event.type === 'completed') complete(operation, event, invitation);
  }

  /** Takes what a GET of the invitation said. */
  read(operation: Operation, invitation: OnlineMeetingInvitation): void {
    operation.needsReading = false;
    operation.seen = true;
    learn(operation, invitation);
    const outcome = outcomeOf(invitation.state);
    if (outcome !== undefined) settle(operation, outcome, undefined);
  }

  /** Ends everything that is under way. */
  failAll(error: UcwaError): void {
    for (const operation of this.pending()) operation.error = error;
  }

  #keep(event: ChannelEvent, base: URL, invitation: OnlineMeetingInvitation): void {
    const now = this.#now();
    this.#unmatched = this.#unmatched.filter(({ at }) => now - at < unmatchedMs).slice(-200);
    if (invitation.direction !== 'Incoming') this.#unmatched.push({ event, base, at: now });
  }
}

function learn(operation: Operation, invitation: OnlineMeetingInvitation): void {
  if (invitation.conversationKey !== undefined) operation.conversationKey = invitation.conversationKey;
  if (invitation.cancelHref !== undefined) operation.cancelHref = invitation.cancelHref;
}

/** `status` decides, then `state`; a reason proves nothing, because success may carry one too. */
function complete(operation: Operation, event: ChannelEvent, invitation: OnlineMeetingInvitation): void {
  const byStatus = event.status === 'Success' ? 'success' : event.status === 'Failure' ? 'failure' : undefined;
  const outcome = byStatus ?? outcomeOf(invitation.state);
  if (outcome === undefined) operation.needsReading = true;
  else settle(operation, outcome, event.reason);
}

function settle(operation: Operation, outcome: 'success' | 'failure', reason: Reason | undefined): void {
  operation.outcome =
    outcome === 'success' ? { kind: 'success' } : { kind: 'failure', reason: reason ?? { code: 'Unknown' } };
}
