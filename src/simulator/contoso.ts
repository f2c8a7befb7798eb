import type { Company, MeetingPolicy, Person } from './company';

const ordinary: MeetingPolicy = {
  accessLevels: ['SameEnterprise', 'Locked', 'Invited', 'Everyone'],
  leaderAssignments: ['Disabled', 'SameEnterprise', 'Everyone'],
  announcements: ['Disabled', 'Enabled'],
  phoneLobbyBypass: ['Disabled', 'Enabled'],
  defaultAccessLevel: 'SameEnterprise',
  defaultLeaderAssignment: 'Disabled',
  phoneJoin: 'Enabled',
  maySchedule: true,
};

const companyOnly: MeetingPolicy = { ...ordinary, accessLevels: ['SameEnterprise', 'Locked', 'Invited'] };
const noPhone: MeetingPolicy = { ...ordinary, phoneJoin: 'Disabled', announcements: ['Unsupported'] };
const joinsOnly: MeetingPolicy = { ...ordinary, maySchedule: false };

const people: readonly Person[] = [
  person('confer', 'Confer', { password: 'Meet-4-2day', title: 'Service account', personalRoomId: 'CNFR2PUB' }),
  person('anna.berg', 'Anna Berg', { password: 'Kastanie-71', title: 'Head of Finance', personalRoomId: '2PUB9Z3T' }),
  person('lukas.holm', 'Lukas Holm', { password: 'Birke-208', title: 'Controller', personalRoomId: '5HLM77QD' }),
  person('petra.novak', 'Petra Novák', { password: 'Linde-644', title: 'Product Manager' }),
  person('jonas.weber', 'Jonas Weber', { password: 'Ahorn-390', title: 'Engineer', policy: companyOnly }),
  person('mei.tanaka', 'Mei Tanaka', { password: 'Kiefer-517', title: 'Office Osaka', secondPool: true }),
  person('omar.haddad', 'Omar Haddad', { password: 'Eiche-823', title: 'Facilities', policy: noPhone }),
  person('sofia.rossi', 'Sofia Rossi', { password: 'Ulme-156', title: 'Intern', policy: joinsOnly }),
  person('tom.fischer', 'Tom Fischer', { password: 'Erle-932', title: 'Contractor', ucwaEnabled: false }),
];

/** The company that the simulator serves when none is given. All of it is invented. */
export const contoso: Company = {
  name: 'Contoso',
  sipDomain: 'contoso.com',
  serviceAccount: 'confer',
  people,
  meetings: [
    {
      organizer: 'confer',
      id: '7QX2MZ4K',
      subject: 'Budget sync',
      description: 'First quarter numbers, department by department.',
      attendees: ['anna.berg', 'lukas.holm', 'petra.novak'],
      leaders: ['anna.berg'],
      phoneUserAdmission: 'Enabled',
      expiresInDays: 14,
    },
    {
      organizer: 'confer',
      id: 'K4W8T1NB',
      subject: 'Supplier call: Fabrikam',
      description: 'Open delivery dates. Fabrikam joins from outside.',
      accessLevel: 'Everyone',
      leaderAssignment: 'SameEnterprise',
      phoneUserAdmission: 'Enabled',
      phoneLobbyBypass: 'Enabled',
      attendees: ['petra.novak', 'jonas.weber'],
      expiresInDays: 30,
    },
    {
      organizer: 'confer',
      id: 'R9D3HC6V',
      subject: 'Hiring panel',
      accessLevel: 'Invited',
      announcement: 'Enabled',
      attendees: ['anna.berg', 'omar.haddad'],
      expiresInDays: 7,
    },
    {
      organizer: 'confer',
      id: 'M2F5YX8J',
      subject: 'Release retrospective',
      description: 'What went well, what we change next time.',
      accessLevel: 'SameEnterprise',
      leaderAssignment: 'SameEnterprise',
      attendees: ['jonas.weber', 'mei.tanaka', 'petra.novak'],
      expiresInDays: 90,
    },
    {
      organizer: 'anna.berg',
      id: 'B6N1SL0Q',
      subject: 'Finance weekly',
      attendees: ['lukas.holm', 'confer'],
      phoneUserAdmission: 'Enabled',
      expiresInDays: 180,
    },
    {
      organizer: 'anna.berg',
      id: 'Z8C4PV2G',
      subject: 'Board preparation',
      description: 'Only Anna decides who comes in.',
      accessLevel: 'Locked',
      attendees: ['lukas.holm'],
      expiresInDays: 21,
    },
  ],
  dialInRegions: [
    { name: 'Germany', number: 'tel:+493055550100', languages: ['de-DE', 'en-US'] },
    { name: 'Czech Republic', number: 'tel:+420255550100', languages: ['cs-CZ', 'en-US'] },
    { name: 'Japan', number: 'tel:+81355500100', languages: ['ja-JP', 'en-US'] },
    { name: 'United States', number: 'tel:+14255550100', languages: ['en-US', 'es-MX'] },
  ],
  defaultRegion: 'Germany',
  invitation: {
    helpUrl: 'https://intranet.contoso.com/meetings/help',
    legalUrl: 'https://intranet.contoso.com/legal',
    footerText: 'Meetings at Contoso may be recorded by their organizer.',
  },
};

function person(account: string, name: string, rest: Partial<Person> & { password: string }): Person {
  return { uri: `sip:${account}@contoso.com`, name, account, policy: ordinary, ...rest };
}
