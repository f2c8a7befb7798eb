import type { Company, MeetingPolicy, Person, SeedMeeting } from '../company';
import { SimulatorScenarioError } from '../errors';
import type { WrittenFault } from '../faults';
import { readAs, sentence } from '../shape';
import type { Switches } from '../switches';

import { referenceProblems } from './references';
import { type ScenarioFile, scenarioShape } from './scenario-file';

/** A company and the server it has: everything that a scenario file says, checked. */
export interface Scenario {
  readonly company: Company;
  readonly secondPool: boolean;
  readonly switches: Partial<Switches>;
  readonly faults: readonly WrittenFault[];
  /** The file it was read from. */
  readonly file: ScenarioFile;
}

/** What people may do when their scenario says nothing else. */
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

const USUAL_LIFE_DAYS = 14;

/**
 * Reads the content of a scenario file.
 *
 * @throws SimulatorScenarioError with every mistake in it, each with the path of the bad value and what is allowed.
 */
export function readScenario(content: unknown): Scenario {
  const reading = readAs(scenarioShape, content);
  if (reading.kind === 'wrong') throw new SimulatorScenarioError(reading.problems);
  const file = reading.value;
  const problems = referenceProblems(file);
  if (problems.length > 0) throw new SimulatorScenarioError(problems.map(sentence));
  const { secondPool = false, switches = {}, faults = [] } = file;
  return { company: companyOf(file), secondPool, switches, faults, file };
}

function companyOf(file: ScenarioFile): Company {
  const { company, people, meetings = [] } = file;
  return {
    ...company,
    serviceAccount: file.serviceAccount ?? people[0]?.account ?? '',
    people: people.map((person) => personOf(person, file)),
    meetings: meetings.map(meetingOf),
    ...dialInOf(file),
    invitation: {
      helpUrl: `https://intranet.${company.sipDomain}/meetings/help`,
      legalUrl: `https://intranet.${company.sipDomain}/legal`,
      footerText: '',
      ...file.invitation,
    },
  };
}

function dialInOf({
  company,
  dialIn,
}: ScenarioFile): Pick<Company, 'dialInRegions' | 'defaultRegion' | 'dialInDirectoryUrl'> {
  const regions = dialIn?.regions ?? [];
  return {
    dialInRegions: regions,
    defaultRegion: dialIn?.defaultRegion ?? regions[0]?.name,
    dialInDirectoryUrl: dialIn?.directoryUrl ?? `https://dialin.${company.sipDomain}/`,
  };
}

function personOf({ pool, policy, ...rest }: ScenarioFile['people'][number], file: ScenarioFile): Person {
  return {
    ...rest,
    uri: `sip:${rest.account}@${file.company.sipDomain}`,
    policy: policy === undefined ? ordinary : policyOf(file.policies?.[policy] ?? {}),
    ...(pool === 'second' && { secondPool: true }),
  };
}

function policyOf(written: NonNullable<ScenarioFile['policies']>[string]): MeetingPolicy {
  const whole = { ...ordinary, ...written };
  return {
    ...whole,
    defaultAccessLevel: written.defaultAccessLevel ?? first(written.accessLevels, ordinary.defaultAccessLevel),
    defaultLeaderAssignment:
      written.defaultLeaderAssignment ?? first(written.leaderAssignments, ordinary.defaultLeaderAssignment),
  };
}

function first<T>(values: readonly T[] | undefined, otherwise: T): T {
  return values?.[0] ?? otherwise;
}

function meetingOf(written: NonNullable<ScenarioFile['meetings']>[number]): SeedMeeting {
  return { ...written, expiresInDays: written.expiresInDays ?? USUAL_LIFE_DAYS };
}
