import {
  type CertificateReport,
  type ChallengeReport,
  discover,
  type DiscoveryReport,
  notOffered,
  offeredNames,
  readCertificate,
  type UcwaConnectionOptions,
  type UcwaCredentials,
  UcwaDiscoveryError,
  usableCredentials,
  wayNames,
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

/** Which ways to sign in the server offers, and which of the configured ones will be used. */
export function judgeGrants(report: ChallengeReport, credentials: readonly UcwaCredentials[]): Finding {
  const { status, tokenEndpoint, authorizationUri } = report;
  const offered = offeredNames(report);
  if (offered.length === 0) {
    return problem(
      `the server names no way to sign in (it answered ${String(status)})`,
      'Check that no proxy or login page stands in between.',
    );
  }
  const [first] = usableCredentials(credentials, report);
  if (first === undefined) {
    const todo = 'Allow one of the configured ways there: Get-CsAuthConfig, Get-CsWebServiceConfiguration.';
    return problem(notOffered('the server', credentials, report), todo);
  }
  const place = first.kind === 'modern' ? authorizationUri : tokenEndpoint;
  const where = place === undefined ? '' : ` at ${new URL(place).host}`;
  return ok(`${wayNames[first.kind]}${where} will be used; the server offers ${offered.join(', ')}`);
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
