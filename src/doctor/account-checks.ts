import { lookup } from 'node:dns/promises';

import type { OnlineMeetingEligibleValues, OnlineMeetingPolicies, PhoneDialInInformation, UcwaAccount } from '../ucwa';

import { type Finding, ok, problem, warning } from './finding';

/** Signs in as Confer does: token, application, and the second pool if there is one. */
export async function checkSignIn(account: UcwaAccount, signal: AbortSignal): Promise<Finding> {
  const me = await account.signIn(signal);
  return ok(`signed in as ${me.name} (${me.uri.replace(/^sip:/iu, '')})`);
}

/** Whether the account may schedule meetings, and what it may choose. */
export async function checkPolicy(account: UcwaAccount, signal: AbortSignal): Promise<Finding> {
  const meetings = await account.meetings.list(signal);
  const [eligible, policies] = await Promise.all([account.eligibleValues(signal), account.policies(signal)]);
  return judgePolicy({ count: meetings.length, eligible, policies });
}

/** What the server says about the account's meetings. */
export interface PolicyFacts {
  /** Meetings the account organizes now. */
  readonly count: number;
  readonly eligible: OnlineMeetingEligibleValues | undefined;
  readonly policies: OnlineMeetingPolicies | undefined;
}

/** Puts policy into one finding. */
export function judgePolicy({ count, eligible, policies }: PolicyFacts): Finding {
  if (eligible === undefined || policies === undefined) {
    const missing = eligible === undefined ? 'eligible values' : 'policies';
    return warning(
      `may schedule, but the server tells no ${missing}: forms offer every choice, and some may be refused`,
      'Check the conferencing policy of UCWA_USERNAME (Get-CsConferencingPolicy -ApplicableTo, Grant-CsConferencingPolicy).',
    );
  }
  const size = policies.meetingSize === undefined ? '' : `, up to ${String(policies.meetingSize)} people`;
  const phone = policies.phoneUserAdmission ? 'phone callers allowed' : 'no phone callers';
  const levels = eligible.accessLevels.join(', ');
  return ok(`may schedule${size}; who may come in: ${levels}; ${phone}; ${String(count)} meetings now`);
}

/** Whether cards will show numbers to call. */
export async function checkDialIn(account: UcwaAccount, signal: AbortSignal): Promise<Finding> {
  const [dialIn, policies] = await Promise.all([account.phoneDialInInformation(signal), account.policies(signal)]);
  return judgeDialIn(dialIn, policies?.phoneUserAdmission === true);
}

/** Puts dial-in into one finding. */
export function judgeDialIn(dialIn: PhoneDialInInformation | undefined, phoneAllowed: boolean): Finding {
  const tolls = [dialIn?.tollNumber, ...(dialIn?.tollFreeNumbers ?? [])].filter((number) => number !== undefined);
  const numbers = dialIn?.isAudioConferenceProviderEnabled === true ? tolls.length : (dialIn?.regions.length ?? 0);
  if (numbers > 0) return ok(`${String(numbers)} ${numbers === 1 ? 'number' : 'numbers'}; cards show them`);
  if (!phoneAllowed) return ok('none; cards show no numbers');
  return warning(
    'policy allows phone callers, but the server tells no number',
    'Set up dial-in numbers (Get-CsDialInConferencingAccessNumber), or ignore this when nobody dials in.',
  );
}

/** Where join links may lead. */
export interface MeetHosts {
  /** Hosts Confer asks which meeting a link is, `host` or `host:port`. */
  readonly hosts: readonly string[];
  /** The server is on this machine: links to this machine are fine. */
  readonly localServer: boolean;
}

/** Whether the hosts of join links exist, and whether the server's own links lead there. */
export async function checkMeetHosts(meet: MeetHosts, account: UcwaAccount, signal: AbortSignal): Promise<Finding> {
  const links = (await account.meetings.list(signal)).flatMap(({ joinUrl }) => joinUrl ?? []);
  const finding = judgeMeetHosts(meet, links);
  if (finding.level !== 'ok') return finding;
  for (const host of meet.hosts) {
    const name = new URL(`https://${host}`).hostname;
    const isKnown = await lookup(name).then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    if (!isKnown && !meet.localServer) {
      return problem(
        `${host} has no address in DNS`,
        'Set UCWA_MEET_HOSTS to the host of your meeting links (Get-CsSimpleUrlConfiguration).',
      );
    }
  }
  return finding;
}

/** @param joinUrls - links of meetings the server has now. */
export function judgeMeetHosts({ hosts, localServer }: MeetHosts, joinUrls: readonly string[]): Finding {
  const linked = [
    ...new Set(joinUrls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host.toLowerCase())),
  ];
  const strangers = linked.filter((host) => !hosts.includes(host));
  if (localServer) return ok(linked.length > 0 ? linked.join(', ') : 'links to this machine');
  if (hosts.length === 0) {
    return warning(
      'no host of join links is known, so "join" with a link does not work',
      `Set UCWA_MEET_HOSTS to ${linked.length > 0 ? linked.join(',') : 'the host of your meeting links (Get-CsSimpleUrlConfiguration)'}.`,
    );
  }
  if (strangers.length > 0) {
    return problem(
      `the server's own meeting links lead to ${strangers.join(', ')}, which is not among ${hosts.join(', ')}`,
      `Set UCWA_MEET_HOSTS to ${[...new Set([...hosts, ...linked])].join(',')}.`,
    );
  }
  return ok(hosts.join(', '));
}
