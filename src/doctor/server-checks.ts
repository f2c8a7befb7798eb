import {
  type CertificateReport,
  type ChallengeReport,
  discover,
  type DiscoveryReport,
  readCertificate,
  type UcwaConnectionOptions,
  UcwaDiscoveryError,
} from '../ucwa';

import { explainFailure, isCertificateCode } from './advice';
import type { Result } from './examination';
import { type Finding, ok, problem, warning } from './finding';
import { SOON_MS } from './identity';

/** Clocks that differ more than this break tokens and certificates. */
const MAX_SKEW_MS = 5 * 60_000;

/** Clocks that differ more than this are worth a look. */
const NOTABLE_SKEW_MS = 60_000;

/** What the steps after discovery start from. */
export interface Found {
  /** The `user` resource; undefined when discovery did not get there. */
  readonly userUrl: string | undefined;
  /** Addresses that speak TLS, trusted or not. */
  readonly secureUrls: readonly string[];
}

/** Looks for the server. Has a value also when it fails, because the certificate may be why. */
export async function checkDiscovery(options: UcwaConnectionOptions, signal: AbortSignal): Promise<Result<Found>> {
  try {
    const report = await discover(options, signal);
    const { userUrl, attempts } = report;
    const tried = attempts.length === 1 ? 'one address asked' : `${String(attempts.length)} addresses asked`;
    const findings = [ok(`${new URL(userUrl).origin} (${tried})`)];
    return { findings, value: { userUrl, secureUrls: secureUrlsOf(attempts, userUrl) } };
  } catch (error) {
    signal.throwIfAborted();
    const attempts = error instanceof UcwaDiscoveryError ? error.attempts : [];
    return { findings: [explainFailure(error)], value: { userUrl: undefined, secureUrls: secureUrlsOf(attempts) } };
  }
}

function secureUrlsOf(attempts: DiscoveryReport['attempts'], userUrl?: string): readonly string[] {
  const spoke = attempts
    .filter(({ status, networkCode }) => status !== undefined || isCertificateCode(networkCode ?? ''))
    .map(({ url }) => url);
  const origins = [...spoke, ...(userUrl === undefined ? [] : [userUrl])].map((url) => new URL(url).origin);
  return [...new Set(origins)].filter((origin) => origin.startsWith('https:'));
}

/** Looks at the certificate of every address that discovery met. */
export async function checkCertificates(
  { userUrl, secureUrls }: Found,
  options: { readonly connection: UcwaConnectionOptions; readonly now: Date },
  signal: AbortSignal,
): Promise<Finding> {
  if (secureUrls.length === 0) {
    if (userUrl !== undefined) return ok('none: plain http on this machine');
    return { level: 'not checked', what: 'because no address answered over https' };
  }
  const findings: Finding[] = [];
  for (const url of secureUrls) {
    const report = await readCertificate(url, options.connection, signal);
    findings.push(judgeCertificate(new URL(url).host, report, options.now));
  }
  const worst = (['problem', 'warning', 'ok'] as const).flatMap((level) =>
    findings.filter((one) => one.level === level),
  );
  return worst[0] ?? ok('trusted');
}

/** What a certificate says about itself, as a finding. */
export function judgeCertificate(host: string, report: CertificateReport, now: Date): Finding {
  const from = day(report.validFrom);
  const until = day(report.validTo);
  if (report.failure !== undefined) {
    return problem(
      `${host} shows a certificate of "${report.issuer}" from ${from} until ${until} that is not trusted (${report.failure})`,
      certificateAdvice(report.failure),
    );
  }
  const renew = 'Renew the web services certificate of the server.';
  if (report.validTo.getTime() - now.getTime() < SOON_MS) {
    return warning(`the certificate of ${host} ends on ${until}`, renew);
  }
  return ok(`${host} is trusted until ${until}`);
}

function certificateAdvice(failure: string): string {
  if (failure.includes('EXPIRED'))
    return 'Renew the web services certificate of the server; check the clock of this machine.';
  if (failure.includes('NOT_YET')) return 'Check the clock of this machine.';
  if (failure.includes('ALTNAME'))
    return 'The certificate is for other names: add this host to it, or set UCWA_ROOT_URL.';
  return 'Set UCWA_CA_FILE to the certificate of your certificate authority in PEM form.';
}

/** Whether the server takes a user name and password. */
export function judgeGrants({ status, tokenEndpoint, grants, authorizationUri }: ChallengeReport): Finding {
  if (tokenEndpoint === undefined) {
    const instead = authorizationUri === undefined ? '' : `; it asks for modern authentication at ${authorizationUri}`;
    return problem(
      `the server names no token endpoint of its own (it answered ${String(status)}${instead})`,
      authorizationUri === undefined
        ? 'Check that no proxy or login page stands in between.'
        : 'Allow Windows authentication where Confer runs: Get-CsAuthConfig, Set-CsAuthConfig.',
    );
  }
  if (grants.length > 0 && !grants.includes('password')) {
    return problem(
      `the server offers ${grants.join(', ')}, but no sign-in with a password`,
      'Allow it for the account of Confer: Get-CsAuthConfig, Get-CsWebServiceConfiguration.',
    );
  }
  return ok(`sign-in with a password at ${new URL(tokenEndpoint).host}`);
}

/** @param skewMs - the server's clock minus ours; undefined when the server does not tell. */
export function judgeClock(skewMs: number | undefined): Finding {
  if (skewMs === undefined) {
    return warning('the server does not tell its time', 'Compare the clocks of both machines by hand.');
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const told = `this machine is ${String(seconds)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the server`;
  const advice = 'Let both machines take their time from the same source (NTP).';
  if (Math.abs(skewMs) > MAX_SKEW_MS) return problem(`${told}: tokens and certificates will be refused`, advice);
  if (Math.abs(skewMs) > NOTABLE_SKEW_MS) return warning(told, advice);
  return ok('the clocks agree');
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
}
