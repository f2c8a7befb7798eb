import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import type { Conversation, Participant } from '../model/session';

/**
 * Whether somebody can be heard; everybody who is in has audio here. Leaders mute everybody, others themselves, and only
 * the link that would change something is shown.
 * Source: Skype/UCWA/participantAudio_ref.md.
 */
export function participantAudioResource(conversation: Conversation, participant: Participant, hrefs: Hrefs): Resource {
  const self = hrefs.participantAudio(conversation, participant);
  const change = participant.audioMuted ? 'unmuteAudio' : 'muteAudio';
  return {
    rel: 'participantAudio',
    properties: { audioMuted: participant.audioMuted, audioDirection: 'SendReceive' },
    links: {
      self: { href: self },
      participant: { href: hrefs.participant(conversation, participant), title: participant.name },
      ...(mayMute(conversation, participant) ? { [change]: { href: `${self}/${change}` } } : {}),
    },
  };
}

/** True for leaders, and for everybody about themselves. */
export function mayMute({ me }: Conversation, participant: Participant): boolean {
  return me === participant || me.role === 'Leader';
}
