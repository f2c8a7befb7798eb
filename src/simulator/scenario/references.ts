import type { ShapeProblem } from '../shape';

import type { ScenarioFile } from './scenario-file';

/** What a scenario file gets wrong although each part of it has the right shape: names of what is not there, doubles. */
export function referenceProblems(file: ScenarioFile): readonly ShapeProblem[] {
  return [...peopleProblems(file), ...policyProblems(file), ...meetingProblems(file), ...dialInProblems(file)];
}

function peopleProblems({ people, serviceAccount, policies = {} }: ScenarioFile): ShapeProblem[] {
  const known = people.map(({ account }) => account);
  const wrongPolicies = people.flatMap(({ policy }, index) =>
    policy === undefined || Object.hasOwn(policies, policy)
      ? []
      : [unknown(`people[${String(index)}].policy`, policy, 'policy')],
  );
  const demo =
    serviceAccount === undefined || known.includes(serviceAccount)
      ? []
      : [unknown('serviceAccount', serviceAccount, 'person')];
  return [...doubles(known, (index) => `people[${String(index)}].account`), ...wrongPolicies, ...demo];
}

function policyProblems({ policies = {} }: ScenarioFile): ShapeProblem[] {
  return Object.entries(policies).flatMap(([name, policy]) => {
    const at = `policies.${name}`;
    const { accessLevels, defaultAccessLevel, leaderAssignments, defaultLeaderAssignment } = policy;
    return [
      ...outside(`${at}.defaultAccessLevel`, defaultAccessLevel, accessLevels),
      ...outside(`${at}.defaultLeaderAssignment`, defaultLeaderAssignment, leaderAssignments),
    ];
  });
}

function meetingProblems(file: ScenarioFile): ShapeProblem[] {
  const { meetings = [], people } = file;
  const rooms = people.flatMap(({ personalRoomId = [] }) => personalRoomId);
  const ids = [...rooms, ...meetings.map(({ id }) => id)];
  const places = [
    ...people.flatMap(({ personalRoomId }, index) =>
      personalRoomId === undefined ? [] : [`people[${String(index)}].personalRoomId`],
    ),
    ...meetings.map((_, index) => `meetings[${String(index)}].id`),
  ];
  return [
    ...doubles(ids, (index) => places[index] ?? ''),
    ...meetings.flatMap((meeting, index) => [
      ...strangers(file, meeting, `meetings[${String(index)}]`),
      ...beyondPolicy(file, meeting, `meetings[${String(index)}]`),
    ]),
  ];
}

type WrittenMeeting = NonNullable<ScenarioFile['meetings']>[number];

function strangers({ people }: ScenarioFile, meeting: WrittenMeeting, at: string): ShapeProblem[] {
  const named = [
    [`${at}.organizer`, meeting.organizer] as const,
    ...(meeting.attendees ?? []).map((account, index) => [`${at}.attendees[${String(index)}]`, account] as const),
    ...(meeting.leaders ?? []).map((account, index) => [`${at}.leaders[${String(index)}]`, account] as const),
  ];
  return named
    .filter(([, account]) => !people.some((person) => person.account === account))
    .map(([path, account]) => unknown(path, account, 'person'));
}

/** A meeting that its organizer could not have made. */
function beyondPolicy({ people, policies = {} }: ScenarioFile, meeting: WrittenMeeting, at: string): ShapeProblem[] {
  const organizer = people.find(({ account }) => account === meeting.organizer);
  const policy = organizer?.policy === undefined ? undefined : policies[organizer.policy];
  if (policy === undefined) return [];
  return [
    ...outside(`${at}.accessLevel`, meeting.accessLevel, policy.accessLevels),
    ...outside(`${at}.leaderAssignment`, meeting.leaderAssignment, policy.leaderAssignments),
    ...outside(`${at}.announcement`, meeting.announcement, policy.announcements),
    ...outside(`${at}.phoneLobbyBypass`, meeting.phoneLobbyBypass, policy.phoneLobbyBypass),
    ...(policy.maySchedule === false
      ? [{ path: `${at}.organizer`, says: `names ${meeting.organizer}, whose policy allows no scheduled meetings` }]
      : []),
  ];
}

function dialInProblems({ dialIn }: ScenarioFile): ShapeProblem[] {
  if (dialIn === undefined) return [];
  const names = dialIn.regions.map((region) => region.name);
  const missing =
    dialIn.defaultRegion === undefined || names.includes(dialIn.defaultRegion)
      ? []
      : [unknown('dialIn.defaultRegion', dialIn.defaultRegion, 'region')];
  return [...doubles(names, (index) => `dialIn.regions[${String(index)}].name`), ...missing];
}

function unknown(path: string, value: string, kind: string): ShapeProblem {
  return { path, says: `names ${JSON.stringify(value)}, but there is no such ${kind}` };
}

function outside(path: string, value: string | undefined, allowed: readonly string[] | undefined): ShapeProblem[] {
  if (value === undefined || allowed === undefined || allowed.includes(value)) return [];
  return [{ path, says: `is ${JSON.stringify(value)}, but the policy allows ${allowed.join(', ')}` }];
}

function doubles(values: readonly string[], pathOf: (index: number) => string): ShapeProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index ? [] : [{ path: pathOf(index), says: `is ${JSON.stringify(value)} a second time` }],
  );
}
