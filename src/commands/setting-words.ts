import type { MeetingOptions, SettingName } from '../meetings/meeting';
import type { LimitedSetting } from '../meetings/settings-rules';
import { defineTexts } from '../shared/texts';

/** Plain words for every setting and every value: nobody should have to read the server's names. */
export const settingWords = defineTexts({
  en: {
    names: {
      subject: 'Subject',
      description: 'Description',
      expiresAt: 'Open until',
      attendees: 'Invited',
      leaders: 'Presenters by name',
      presenters: 'Who else may present',
      access: 'Who comes straight in',
      phoneSkipsLobby: 'People on the phone',
      phoneAllowed: 'Joining by phone',
      announcements: 'When people come and go',
    } satisfies Record<SettingName, string>,
    values: {
      access: {
        everyone: 'Everyone with the link',
        company: 'People of the company',
        invited: 'Invited people only',
        locked: 'Only the organizer',
        unknown: 'As set on the server',
      },
      presenters: {
        named: 'Nobody else',
        company: 'People of the company',
        everyone: 'Everyone',
        unknown: 'As set on the server',
      },
      announcements: {
        on: 'Say their names',
        off: 'Stay silent',
        unsupported: 'Not available',
        unknown: 'As set on the server',
      },
      phoneSkipsLobby: {
        on: 'Come straight in',
        off: 'Wait in the lobby',
        unsupported: 'Not available',
        unknown: 'As set on the server',
      },
      phoneAllowed: {
        on: 'Allowed',
        off: 'Not allowed',
        unsupported: 'Not available',
        unknown: 'As set on the server',
      },
    },
    whoComesIn: {
      everyone: 'Everyone with the link comes straight in',
      company: 'People of the company come straight in; others wait in the lobby',
      invited: 'Invited people come straight in; others wait in the lobby',
      locked: 'Only the organizer comes straight in; everyone else waits in the lobby',
      unknown: 'As set on the server',
    },
  },
});

/** Words for one value of a limited setting. */
export function valueWords(setting: LimitedSetting, value: string, locale: string): string {
  const words: Readonly<Record<string, string>> = settingWords(locale).values[setting];
  return (Object.hasOwn(words, value) ? words[value] : undefined) ?? value;
}

/** The drop-down of a setting: what the policy allows, and the present value even if it no longer is. */
export function choicesOf(
  setting: LimitedSetting,
  shown: { options: MeetingOptions; current: string; locale: string },
): { title: string; value: string }[] {
  const allowed: readonly string[] = shown.options[setting];
  const values = shown.current === '' || allowed.includes(shown.current) ? allowed : [shown.current, ...allowed];
  return values.map((value) => ({ title: valueWords(setting, value, shown.locale), value }));
}
