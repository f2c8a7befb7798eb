import { isIP } from 'node:net';

import { ManifestError } from './errors';

/** The variables of the environment, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the package is filled with: one value per placeholder of `manifest/manifest.json`, plus what to tell the person. */
export interface PackageSettings {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** The app people sign in to; undefined where nobody signs in. */
  readonly webApplicationInfo: WebApplicationInfo | undefined;
  /** Sentences about values that were guessed or left out. */
  readonly notes: readonly string[];
}

/** Lets Teams sign people in by itself. Source: msteams-docs, "bot-sso-manifest.md". */
export interface WebApplicationInfo {
  readonly id: string;
  /** Application ID URI of the app. */
  readonly resource: string;
}

/** Where the window of the sign-in button is. */
const SIGN_IN_HOST = 'token.botframework.com';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;

/**
 * Reads the settings of the Teams app from the environment.
 *
 * @param defaultVersion - the version of this program, used without `TEAMS_APP_VERSION`.
 * @throws ManifestError naming the first setting that is missing or malformed.
 */
export function readPackageSettings(env: Environment, defaultVersion: string): PackageSettings {
  const notes: string[] = [];
  const botId = guid(env, 'MICROSOFT_APP_ID');
  if (botId === undefined) {
    throw new ManifestError(
      'SettingMissing',
      'MICROSOFT_APP_ID is not set: put the application (client) id of your bot registration into .env.',
    );
  }
  const website = developerWebsite(env, notes);
  const webApplicationInfo = signInApp(env, botId);
  const signInHosts = webApplicationInfo === undefined ? [] : [SIGN_IN_HOST];
  return {
    values: {
      BOT_ID: botId,
      // Without an id of its own the app takes the bot's: it stays the same in every build, so an upload is an update.
      TEAMS_APP_ID: guid(env, 'TEAMS_APP_ID') ?? botId,
      APP_VERSION: version(env, defaultVersion),
      DEVELOPER_NAME: setting(env, 'DEVELOPER_NAME') ?? 'Confer',
      DEVELOPER_WEBSITE_URL: website,
      DEVELOPER_PRIVACY_URL: httpsUrl(env, 'DEVELOPER_PRIVACY_URL') ?? website,
      DEVELOPER_TERMS_URL: httpsUrl(env, 'DEVELOPER_TERMS_URL') ?? website,
      MEET_HOSTS: [...meetHosts(env, notes), ...signInHosts],
    },
    webApplicationInfo,
    notes,
  };
}

/** `api://botid-<id>` is the Application ID URI that docs/modern-sign-in.md asks for. */
function signInApp(env: Environment, botId: string): WebApplicationInfo | undefined {
  const id = guid(env, 'MICROSOFT_APP_SIGN_IN_ID') ?? botId;
  const isWanted = setting(env, 'MICROSOFT_APP_OAUTH_CONNECTION') !== undefined;
  return isWanted ? { id, resource: `api://botid-${id}` } : undefined;
}

function setting(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function guid(env: Environment, name: string): string | undefined {
  const value = setting(env, name);
  if (value === undefined || GUID.test(value)) return value?.toLowerCase();
  throw new ManifestError(
    'SettingInvalid',
    `${name} must be a GUID like 00000000-0000-0000-0000-000000000000, got "${value}".`,
  );
}

function version(env: Environment, fallback: string): string {
  const value = setting(env, 'TEAMS_APP_VERSION') ?? fallback;
  if (VERSION.test(value)) return value;
  throw new ManifestError('SettingInvalid', `TEAMS_APP_VERSION must be three numbers like 1.0.0, got "${value}".`);
}

function httpsUrl(env: Environment, name: string): string | undefined {
  const value = setting(env, name);
  if (value === undefined) return undefined;
  if (URL.canParse(value) && new URL(value).protocol === 'https:') return value;
  throw new ManifestError('SettingInvalid', `${name} must be an https address, got "${value}".`);
}

function developerWebsite(env: Environment, notes: string[]): string {
  const website = httpsUrl(env, 'DEVELOPER_WEBSITE_URL');
  if (website !== undefined) return website;
  const guess = `https://www.${setting(env, 'UCWA_SIP_DOMAIN') ?? 'example.com'}`;
  notes.push(`DEVELOPER_WEBSITE_URL is not set, so the app's page in Teams links to ${guess}.`);
  return guess;
}

/**
 * The hosts of the join links: `UCWA_MEET_HOSTS`, else the simple URL that Skype for Business proposes for the SIP domain.
 * A port is cut off and an address of this machine is left out, because Teams takes host names only.
 */
function meetHosts(env: Environment, notes: string[]): readonly string[] {
  const sipDomain = setting(env, 'UCWA_SIP_DOMAIN');
  const listed = setting(env, 'UCWA_MEET_HOSTS') ?? (sipDomain === undefined ? '' : `meet.${sipDomain}`);
  const entries = listed
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const hosts = new Set<string>();
  for (const entry of entries) {
    const host = hostOf(entry);
    if (isPublicName(host)) hosts.add(host);
    else notes.push(`UCWA_MEET_HOSTS names ${entry}, which Teams cannot list as a valid domain; it is left out.`);
  }
  if (hosts.size === 0) notes.push('No meeting host is known (UCWA_MEET_HOSTS), so validDomains is empty.');
  return [...hosts];
}

function hostOf(entry: string): string {
  if (!URL.canParse(`https://${entry}`) || /[/@?#]/.test(entry)) {
    throw new ManifestError(
      'SettingInvalid',
      `UCWA_MEET_HOSTS must be host names with commas between them, got "${entry}".`,
    );
  }
  return new URL(`https://${entry}`).hostname;
}

function isPublicName(host: string): boolean {
  return host.includes('.') && isIP(host) === 0 && !host.endsWith('.localhost');
}
