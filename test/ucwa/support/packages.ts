import type { Pool } from './pool';

/** Events of one meeting on a pool, in the wire's form. */
export class MeetingEvents {
  readonly conversation: string;
  readonly invitation: string;
  readonly self: string;
  readonly #pool: Pool;
  readonly #operationId: string;

  constructor(pool: Pool, operationId: string, name = '1') {
    this.#pool = pool;
    this.#operationId = operationId;
    this.conversation = `${pool.app}/conversations/${name}`;
    this.invitation = `${pool.app}/invitations/${name}`;
    this.self = `${this.conversation}/participants/annab@contoso.com`;
  }

  /** The sender `communication` with these events. */
  communication(...events: unknown[]): unknown {
    return { rel: 'communication', href: `${this.#pool.app}/communication`, events };
  }

  /** The sender `conversation` with these events. */
  inside(...events: unknown[]): unknown {
    return { rel: 'conversation', href: this.conversation, events };
  }

  started(): unknown {
    return this.#invitationEvent('started', { state: 'Connecting' });
  }

  completed(status: 'Success' | 'Failure', reason?: unknown): unknown {
    const state = status === 'Success' ? 'Connected' : 'Failed';
    return { ...this.#invitationEvent('completed', { state }), status, ...(reason === undefined ? {} : { reason }) };
  }

  conversationIs(state: string, type = 'updated', more: Record<string, unknown> = {}): unknown {
    const link = (path: string): { href: string } => ({ href: `${this.conversation}${path}` });
    const _links = { self: link(''), onlineMeeting: link('/onlineMeeting'), localParticipant: { href: this.self } };
    const conversation = { state, ...more, _links };
    return { link: { rel: 'conversation', href: this.conversation }, type, _embedded: { conversation } };
  }

  conversationDeleted(reason?: unknown): unknown {
    const link = { rel: 'conversation', href: this.conversation };
    return { link, type: 'deleted', ...(reason === undefined ? {} : { reason }) };
  }

  meetingAdded(content: Record<string, unknown>): unknown {
    const link = { rel: 'onlineMeeting', href: `${this.conversation}/onlineMeeting` };
    return { link, type: 'added', _embedded: { onlineMeeting: content } };
  }

  participant(type: string, href: string, more: Record<string, unknown> = {}): unknown {
    return { link: { rel: 'participant', href }, type, ...more };
  }

  /** Everything of a quick success in one list of senders. */
  success(): unknown[] {
    const meeting = { onlineMeetingUri: 'sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K' };
    return [
      this.communication(this.conversationIs('Conferenced', 'added')),
      this.inside(
        this.meetingAdded(meeting),
        this.participant('added', this.self, { in: { rel: 'leaders', href: 'x' } }),
      ),
      this.communication(this.completed('Success')),
    ];
  }

  #invitationEvent(type: string, content: Record<string, unknown>): Record<string, unknown> {
    const _links = { self: { href: this.invitation }, conversation: { href: this.conversation } };
    const onlineMeetingInvitation = { operationId: this.#operationId, direction: 'Outgoing', ...content, _links };
    return {
      link: { rel: 'onlineMeetingInvitation', href: this.invitation },
      type,
      _embedded: { onlineMeetingInvitation },
    };
  }
}

/** Lets the pool answer start and join with 201, and the meeting's own URL with its join URL. */
export function acceptMeetings(pool: Pool, events: MeetingEvents): void {
  const created = { status: 201, headers: { location: events.invitation } };
  pool.on(`POST ${pool.app}/start`, created);
  pool.on(`POST ${pool.app}/join`, created);
  pool.on(`GET ${events.conversation}/onlineMeeting`, {
    json: { joinUrl: 'https://meet.contoso.com/annab/7QX2MZ4K', conferenceId: '12983487' },
  });
  pool.on(`DELETE ${events.conversation}`, { status: 204 });
}
