import { defineTexts } from '../shared/texts';

import { defineCard } from './card';

/** One entry of a drop-down. */
export interface Choice {
  readonly title: string;
  readonly value: string;
}

/** View model of cards/meeting-form.json: a new meeting, or every writable property of one that exists. */
export interface MeetingFormView {
  readonly title: string;
  /** What was wrong with the last try; empty at first. */
  readonly problem: string;
  /** Empty for a new meeting. */
  readonly meetingId: string;
  readonly subject: string;
  readonly description: string;
  /** The description was written elsewhere and is longer than a form may carry: it stays as it is. */
  readonly descriptionTooLong: boolean;
  /** `2026-12-24`, or empty. */
  readonly untilDate: string;
  /** `18:00`, or empty. */
  readonly untilTime: string;
  readonly zoneHint: string;
  /** One address a line. */
  readonly attendees: string;
  readonly leaders: string;
  /** More people than a form may carry: they stay as they are. */
  readonly tooManyPeople: boolean;
  readonly presenters: string;
  readonly presentersChoices: readonly Choice[];
  readonly access: string;
  readonly accessChoices: readonly Choice[];
  readonly phoneAllowed: string;
  readonly phoneAllowedChoices: readonly Choice[];
  readonly phoneSkipsLobby: string;
  readonly phoneSkipsLobbyChoices: readonly Choice[];
  readonly announcements: string;
  readonly announcementsChoices: readonly Choice[];
  readonly saveTitle: string;
  readonly saveVerb: string;
  /** What the form sends back unseen: marks of the shown values, the zone, a one-time key. It decides no rights. */
  readonly hidden: Readonly<Record<string, unknown>>;
  readonly fallbackText: string;
}

const words = defineTexts({
  en: {
    subject: 'Subject',
    subjectMissing: 'Please give the meeting a subject.',
    description: 'Description',
    descriptionTooLong: 'The description is too long for this form. It stays as it is.',
    untilDate: 'Open until',
    untilTime: 'Time',
    people: 'People',
    attendees: 'Invited',
    leaders: 'Presenters by name',
    addresses: 'anna@contoso.com, lukas@contoso.com',
    tooManyPeople: 'So many people are invited that they do not fit into this form. They all stay invited.',
    presenters: 'Who else may present',
    gettingIn: 'Getting in',
    access: 'Who comes straight in',
    phoneAllowed: 'Joining by phone',
    phoneSkipsLobby: 'People on the phone',
    announcements: 'When people come and go',
    back: 'Back',
  },
});

export const meetingFormCard = defineCard<MeetingFormView>('meeting-form', {
  words,
  sample: {
    title: 'Edit the meeting',
    problem: 'The subject has 251 characters; 250 fit.',
    meetingId: 'IB88RLLY',
    subject: 'Quarterly sales numbers',
    description: 'We look at the numbers.',
    descriptionTooLong: false,
    untilDate: '2026-12-24',
    untilTime: '18:00',
    zoneHint: 'Times are in Europe/Berlin.',
    attendees: 'anna@contoso.com',
    leaders: '',
    tooManyPeople: false,
    presenters: 'named',
    presentersChoices: [{ title: 'Nobody else', value: 'named' }],
    access: 'company',
    accessChoices: [{ title: 'People of the company', value: 'company' }],
    phoneAllowed: 'on',
    phoneAllowedChoices: [{ title: 'Allowed', value: 'on' }],
    phoneSkipsLobby: 'off',
    phoneSkipsLobbyChoices: [{ title: 'Wait in the lobby', value: 'off' }],
    announcements: 'off',
    announcementsChoices: [{ title: 'Silent', value: 'off' }],
    saveTitle: 'Save',
    saveVerb: 'edit.save',
    hidden: { meetingId: 'IB88RLLY' },
    fallbackText: 'Edit the meeting Quarterly sales numbers',
  },
});
