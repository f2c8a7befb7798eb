import {
  EventChannelTakenError,
  UcwaAuthenticationError,
  UcwaDiscoveryError,
  UcwaError,
  UcwaNotEnabledError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UntrustedLinkError,
} from '../ucwa';

import { type Finding, problem } from './finding';

const TRUST =
  'Set UCWA_CA_FILE to your certificate authority in PEM form, renew the certificate if it is over, and check the clock of this machine.';
const NAMES = 'Check UCWA_SIP_DOMAIN and the DNS records lyncdiscoverinternal and lyncdiscover, or set UCWA_ROOT_URL.';
const ADDRESSES =
  'The name leads to this machine or its own network link. Check the DNS records; if that is meant, set UCWA_ALLOWED_ADDRESSES.';
const NETWORK = 'Check that the firewall lets this machine reach the server on TCP port 443.';
const NOT_UCWA =
  'Check that no proxy or login page stands between this machine and the server, and that UCWA_ROOT_URL is its discovery root.';
const SERVER_LOG =
  'Look into the Front End server: its event log and the web services (Get-CsService, Test-CsUcwaConference).';

/** Puts a failure into a finding: what happened and which setting or which side of the network to look at. */
export function explainFailure(error: unknown): Finding {
  if (error instanceof UcwaError) return problem(error.message, adviceFor(error));
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problem(`this check itself failed (${told})`, 'Please report this line as a fault of Confer.');
}

function adviceFor(error: UcwaError): string {
  if (error instanceof UcwaDiscoveryError) return adviceForDiscovery(error);
  if (error instanceof UcwaTransportError) return adviceForNetwork(error.networkCode);
  if (error instanceof UntrustedLinkError) {
    return `If ${error.host} is yours, add its domain to UCWA_ALLOWED_DOMAINS (or set UCWA_SIP_DOMAIN); otherwise find out who sent you there.`;
  }
  if (error instanceof UcwaAuthenticationError) return adviceForSignIn(error);
  if (error instanceof UcwaNotEnabledError) {
    return 'Enable UCWA_USERNAME for Skype for Business (Enable-CsUser) and allow meetings in its conferencing policy (Grant-CsConferencingPolicy).';
  }
  if (error instanceof EventChannelTakenError) return 'Run one Confer per DATA_DIR.';
  if (error instanceof UcwaProxyAnswerError || error instanceof UcwaProtocolError) return NOT_UCWA;
  if (error instanceof UcwaResponseError && (error.status === 401 || error.status === 403)) {
    return 'Check that UCWA_USERNAME is enabled for Skype for Business and homed on a pool on premises (Get-CsUser).';
  }
  return SERVER_LOG;
}

function adviceForDiscovery({ attempts }: UcwaDiscoveryError): string {
  const codes = attempts.flatMap(({ networkCode }) => networkCode ?? []);
  const certificate = codes.find(isCertificateCode);
  if (certificate !== undefined) return TRUST;
  if (codes.includes('ADDRESS_NOT_ALLOWED')) return ADDRESSES;
  const answered = attempts.some(({ status }) => status !== undefined);
  if (answered) return attempts.some(({ status }) => (status ?? 0) >= 500) ? SERVER_LOG : NOT_UCWA;
  return codes.every((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN') ? NAMES : NETWORK;
}

function adviceForNetwork(networkCode: string): string {
  if (isCertificateCode(networkCode)) return TRUST;
  if (networkCode === 'ADDRESS_NOT_ALLOWED') return ADDRESSES;
  return networkCode === 'ENOTFOUND' || networkCode === 'EAI_AGAIN' ? NAMES : NETWORK;
}

function adviceForSignIn({ reason }: UcwaAuthenticationError): string {
  switch (reason) {
    case 'invalid_grant':
      return 'Check UCWA_USERNAME and its password (UCWA_PASSWORD or UCWA_PASSWORD_FILE). Do not just try again: repeated wrong passwords lock the account.';
    case 'grant-not-offered':
      return 'Allow one of the configured ways on this pool: Get-CsAuthConfig, Get-CsWebServiceConfiguration.';
    case 'challenge-missing':
      return NOT_UCWA;
    case 'token-refused':
      return 'Check the clocks of this machine and of the pool, and that both pools trust each other.';
    case 'token-unusable':
      return 'Check the clock of this machine and what the authority answers.';
    case 'token-endpoint':
      return SERVER_LOG;
  }
}

/** Whether Node's error code speaks of a certificate or of TLS. */
export function isCertificateCode(networkCode: string): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/u.test(networkCode);
}
