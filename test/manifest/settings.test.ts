import assert from 'node:assert/strict';

import { ManifestError } from '../../scripts/manifest/errors';
import { type Environment, type PackageSettings, readPackageSettings } from '../../scripts/manifest/settings';

const botId = '11111111-2222-3333-4444-555555555555';

function read(env: Environment = {}): PackageSettings {
  return readPackageSettings({ MICROSOFT_APP_ID: botId, ...env }, '0.1.0');
}

function messageOf(env: Environment): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ManifestError) return error.message;
    throw error;
  }
  return 'nothing was wrong';
}

describe('settings of the Teams app', () => {
  it('need the app id of the bot and say so', () => {
    assert.equal(
      messageOf({ MICROSOFT_APP_ID: ' ' }),
      'MICROSOFT_APP_ID is not set: put the application (client) id of your bot registration into .env.',
    );
  });

  it('refuse an id that is not a GUID, naming the setting', () => {
    assert.equal(
      messageOf({ TEAMS_APP_ID: 'confer' }),
      'TEAMS_APP_ID must be a GUID like 00000000-0000-0000-0000-000000000000, got "confer".',
    );
  });

  it('give the app the id of its bot unless it has one of its own', () => {
    assert.equal(read().values.TEAMS_APP_ID, botId);
    assert.equal(read({ TEAMS_APP_ID: botId.replace('1', '9') }).values.TEAMS_APP_ID, botId.replace('1', '9'));
  });

  it('take the version of the program unless another one is set', () => {
    assert.equal(read().values.APP_VERSION, '0.1.0');
    assert.equal(read({ TEAMS_APP_VERSION: '2.10.0' }).values.APP_VERSION, '2.10.0');
    assert.equal(
      messageOf({ TEAMS_APP_VERSION: 'v2' }),
      'TEAMS_APP_VERSION must be three numbers like 1.0.0, got "v2".',
    );
  });

  it('use the developer website for privacy and terms unless they have pages of their own', () => {
    const { values } = read({
      DEVELOPER_WEBSITE_URL: 'https://confer.contoso.com',
      DEVELOPER_TERMS_URL: 'https://confer.contoso.com/terms',
    });

    assert.equal(values.DEVELOPER_PRIVACY_URL, 'https://confer.contoso.com');
    assert.equal(values.DEVELOPER_TERMS_URL, 'https://confer.contoso.com/terms');
  });

  it('refuse a page that is not https', () => {
    assert.equal(
      messageOf({ DEVELOPER_PRIVACY_URL: 'http://contoso.com' }),
      'DEVELOPER_PRIVACY_URL must be an https address, got "http://contoso.com".',
    );
  });

  it('note the website they had to guess', () => {
    const { values, notes } = read({ UCWA_SIP_DOMAIN: 'contoso.com' });

    assert.equal(values.DEVELOPER_WEBSITE_URL, 'https://www.contoso.com');
    assert.ok(notes.some((note) => note.startsWith('DEVELOPER_WEBSITE_URL is not set')));
  });

  it('derive the meeting host from the SIP domain when none is listed', () => {
    assert.deepEqual(read({ UCWA_SIP_DOMAIN: 'contoso.com' }).values.MEET_HOSTS, ['meet.contoso.com']);
  });

  it('list each meeting host once and leave out addresses of this machine, saying so', () => {
    const { values, notes } = read({ UCWA_MEET_HOSTS: 'Meet.contoso.com, meet.contoso.com,127.0.0.1:4010,localhost' });

    assert.deepEqual(values.MEET_HOSTS, ['meet.contoso.com']);
    assert.equal(notes.filter((note) => note.endsWith('it is left out.')).length, 2);
  });

  it('refuse a meeting host that is an address', () => {
    assert.equal(
      messageOf({ UCWA_MEET_HOSTS: 'https://meet.contoso.com/' }),
      'UCWA_MEET_HOSTS must be host names with commas between them, got "https://meet.contoso.com/".',
    );
  });
});
