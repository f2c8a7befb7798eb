import { faultShape } from '../faults';
import {
  about,
  choice,
  flag,
  type Held,
  type JsonSchema,
  list,
  number,
  object,
  record,
  type Shape,
  text,
  textLike,
} from '../shape';
import { switchesShape } from '../switches';

const account = (): Shape<string> => textLike('^[a-z0-9][a-z0-9._-]*$', 'an account name in small letters');
const meetingId = (): Shape<string> => textLike('^[A-Z0-9]{8}$', 'a meeting ID of eight capital letters and digits');
const accounts = (): Shape<readonly string[]> => list(account());
const webAddress = (): Shape<string> => textLike('^https?://\\S+$', 'an http or https address');
const name = (): Shape<string> => textLike('\\S', 'a text that is not empty');

const accessLevel = (): Shape<'SameEnterprise' | 'Locked' | 'Invited' | 'Everyone'> =>
  choice(['SameEnterprise', 'Locked', 'Invited', 'Everyone']);
const leaderAssignment = (): Shape<'Disabled' | 'SameEnterprise' | 'Everyone'> =>
  choice(['Disabled', 'SameEnterprise', 'Everyone']);
const announcement = (): Shape<'Unsupported' | 'Disabled' | 'Enabled'> =>
  choice(['Unsupported', 'Disabled', 'Enabled']);
const onOff = (): Shape<'Disabled' | 'Enabled'> => choice(['Disabled', 'Enabled']);

const company = object(
  {
    name: name(),
    sipDomain: about(
      'The part of every SIP address after the @.',
      textLike('^[a-z0-9-]+(\\.[a-z0-9-]+)+$', 'a domain in small letters'),
    ),
  },
  {},
);

const policy = object(
  {},
  {
    accessLevels: about(
      'Access levels to choose from, the eligible values; all four when absent.',
      list(accessLevel(), 1),
    ),
    leaderAssignments: about('Who may become a leader on joining; all when absent.', list(leaderAssignment(), 1)),
    announcements: about('Eligible values; the first one is the default.', list(announcement(), 1)),
    phoneLobbyBypass: about('Eligible values; the first one is the default.', list(onOff(), 1)),
    defaultAccessLevel: about('One of accessLevels; the first of them when absent.', accessLevel()),
    defaultLeaderAssignment: about('One of leaderAssignments; the first of them when absent.', leaderAssignment()),
    phoneJoin: about('Whether meetings can be joined by phone; Enabled when absent.', onOff()),
    maySchedule: about('false: the person joins and starts meetings, but schedules none.', flag()),
  },
);

const person = object(
  {
    account: about('The part of the SIP address before the @; also the slug of join URLs.', account()),
    name: name(),
    password: about('For the password grant. Invent one: it is printed at start.', name()),
  },
  {
    title: text(),
    department: text(),
    pool: about('Home pool; "second" counts when there is a second one.', choice(['first', 'second'])),
    policy: about('Name of one of the policies; the ordinary one when absent.', name()),
    ucwaEnabled: about('false: signs in, but may not use UCWA.', flag()),
    personalRoomId: about('Meeting ID of the personal room; absent: there is none.', meetingId()),
  },
);

const meeting = object(
  {
    organizer: about('Account of one of the people.', account()),
    id: meetingId(),
    subject: text(),
  },
  {
    description: text(),
    accessLevel: accessLevel(),
    leaderAssignment: leaderAssignment(),
    announcement: announcement(),
    phoneUserAdmission: onOff(),
    phoneLobbyBypass: onOff(),
    attendees: about('Accounts of the people invited.', accounts()),
    leaders: about('Accounts of those who lead besides the organizer.', accounts()),
    expiresInDays: about(
      'Days after the start; rounded up to the full hour; 14 when absent.',
      number({ minimum: 0, maximum: 3650 }),
    ),
  },
);

const dialIn = object(
  {
    regions: list(
      object(
        {
          name: name(),
          number: textLike('^tel:\\+[0-9]+$', 'a number like tel:+493055550100'),
          languages: about(
            'Culture names, the first one preferred.',
            list(textLike('^[a-z]{2,3}(-[A-Za-z0-9]+)*$', 'a culture name'), 1),
          ),
        },
        {},
      ),
      1,
    ),
  },
  {
    defaultRegion: about('Name of one of the regions; the first when absent.', name()),
    directoryUrl: about('The page with all numbers.', webAddress()),
  },
);

const invitation = object({}, { helpUrl: webAddress(), legalUrl: webAddress(), footerText: text() });

/** A scenario as it is written in a file. */
export const scenarioShape = object(
  { company, people: about('Everybody with an account.', list(person, 1)) },
  {
    $schema: about('For editors; the simulator does not read it.', text()),
    serviceAccount: about('Account shown as the one to try first; the first person when absent.', account()),
    secondPool: about('Whether there is a second pool on another port.', flag()),
    policies: about('Conferencing policies by name.', record(policy)),
    meetings: about('Scheduled meetings that are there before anybody signs in.', list(meeting)),
    dialIn: about('Numbers to join by phone; absent: there are none.', dialIn),
    invitation: about('What invitations carry.', invitation),
    switches: about('Variations of the server; src/simulator/switches.ts says what each does.', switchesShape),
    faults: about('Failures that wait for their requests, first come first served.', list(faultShape)),
  },
);

/** A scenario as it is written in a file: shape right, references not yet checked. */
export type ScenarioFile = Held<typeof scenarioShape>;

/** The JSON Schema of scenario files, as `scenario.schema.json` holds it. */
export const scenarioSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Scenario of the UCWA simulator',
  description: 'A company with its people, meetings and policies, and a server with its moods.',
  ...scenarioShape.schema,
};
