import type { EventChannel } from '../events/event-channel';
import type { Cancel } from '../timers';

import type { Meeting } from './meeting';
import type { Pool } from './pool';
import type { Principal } from './principal';

/** What a client says about itself on signing in. Source: Skype/UCWA/applications_ref.md. */
export interface ApplicationInput {
  readonly userAgent: string;
  readonly endpointId: string;
  readonly culture: string;
  readonly type: 'Browser' | undefined;
  /** Empty: the only instance. */
  readonly instanceId: string;
}

/** One signed-in client: what its events and conversations hang on. */
export interface Application {
  /** Decimal digits. */
  readonly id: string;
  readonly pool: Pool;
  readonly owner: Principal;
  readonly input: ApplicationInput;
  readonly createdAt: number;
  /** One event channel per instance; the key is the instanceId. */
  readonly channels: Map<string, EventChannel>;
  readonly conversations: Map<string, Conversation>;
  readonly invitations: Map<string, Invitation>;
  /** Every operationId ever used. */
  readonly operationIds: Set<string>;
  madeAvailable: boolean;
  etag: string;
}

/** Importance of a conversation. Source: Skype/UCWA/Importance_ref.md. */
export const importances = ['Normal', 'Urgent', 'Emergency'] as const;

/** One of `importances`. */
export type Importance = (typeof importances)[number];

/** Somebody in a running meeting, or in its lobby. */
export interface Participant {
  readonly uri: string;
  readonly name: string;
  /** Of the organizer's company; false: a guest. */
  readonly ofCompany: boolean;
  role: 'Leader' | 'Attendee';
  inLobby: boolean;
  audioMuted: boolean;
}

/** A meeting that runs: somebody is in it or waits for it. */
export interface Conference {
  readonly meeting: Meeting;
  readonly createdAt: number;
  /** By SIP URI, those in the lobby included. */
  readonly participants: Map<string, Participant>;
  readonly conversations: Set<Conversation>;
  audienceMute: 'Enabled' | 'Disabled';
  audienceMessaging: 'Enabled' | 'Disabled';
}

/** How far a conversation has come. Source: Skype/UCWA/ConversationState_ref.md. */
export type ConversationState = 'Connecting' | 'Conferencing' | 'InLobby' | 'Conferenced' | 'Disconnected';

/** A running meeting as one application sees it. */
export interface Conversation {
  readonly id: string;
  readonly number: number;
  readonly application: Application;
  readonly conference: Conference;
  readonly me: Participant;
  readonly subject: string;
  readonly importance: Importance;
  readonly threadId: string;
  state: ConversationState;
}

/** What the caller gave with a start, join or addParticipant. */
export interface InvitationInput {
  readonly operationId: string | undefined;
  readonly importance: Importance | undefined;
  readonly subject: string | undefined;
  readonly threadId: string | undefined;
  readonly anonymousDisplayName: string | undefined;
}

/** An operation: joining a meeting, or asking somebody else in. */
export interface Invitation {
  readonly kind: 'meeting' | 'participant';
  readonly id: string;
  readonly number: number;
  readonly input: InvitationInput;
  readonly conversation: Conversation;
  /** SIP URI of the person asked in; only of kind `participant`. */
  readonly to?: string;
  state: 'Connecting' | 'Connected' | 'Failed' | 'Cancelled' | 'Declined';
  /** Stops whatever comes next by itself. */
  cancelNext: Cancel;
}
