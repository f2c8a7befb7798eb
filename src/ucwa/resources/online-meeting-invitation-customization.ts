import { compact, type JsonObject, readText } from '../json';

/**
 * What the administrator wants to be in the mail that invites people. Escape the text when you show it.
 * Source: Skype/UCWA/onlineMeetingInvitationCustomization_ref.md.
 */
export interface OnlineMeetingInvitationCustomization {
  /** Absolute `http` or `https` URLs; anything else counts as absent. */
  readonly enterpriseHelpUrl?: string;
  readonly invitationHelpUrl?: string;
  readonly invitationLegalUrl?: string;
  readonly invitationLogoUrl?: string;
  readonly invitationFooterText?: string;
}

/** Reads the customization; what is empty is absent. */
export function decodeInvitationCustomization(raw: JsonObject): OnlineMeetingInvitationCustomization {
  const footer = readText(raw, 'invitationFooterText');
  return compact({
    enterpriseHelpUrl: readWebUrl(raw, 'enterpriseHelpUrl'),
    invitationHelpUrl: readWebUrl(raw, 'invitationHelpUrl'),
    invitationLegalUrl: readWebUrl(raw, 'invitationLegalUrl'),
    invitationLogoUrl: readWebUrl(raw, 'invitationLogoUrl'),
    invitationFooterText: footer === '' ? undefined : footer,
  });
}

/** In its normal form, so that a browser sees what was checked here. */
function readWebUrl(raw: JsonObject, name: string): string | undefined {
  const text = readText(raw, name)?.trim() ?? '';
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href;
}
