import { type Conversation, type Person, type Team, type World } from './model';

const tenantId = '7b1c6f0e-52c4-4c3e-9d0b-6a3a5e0c9f21';
const generalId = '19:3f1c0b7d5a9e4c62a8d47e91b0c5f3aa@thread.tacv2';
const launchId = '19:9a64e2f8c1b34d07b5e23c7f8d10a4be@thread.tacv2';

const anna: Person = {
  key: 'anna',
  id: '29:1AnnaBergQ3p9xVfT7mZk2LwYc8sHdR5uJ6oXeN0bKgA',
  aadObjectId: '0f5d1a52-7c0e-4b55-9a53-1d6f7d1c0a01',
  name: 'Anna Berg',
  givenName: 'Anna',
  surname: 'Berg',
  email: 'anna.berg@contoso.com',
  jobTitle: 'Head of Finance',
  timezone: 'Europe/Berlin',
  locale: 'en-GB',
  country: 'DE',
};

const lukas: Person = {
  key: 'lukas',
  id: '29:1LukasHolmW8r2yBnE4tUq6CvZ1aMfS9iGk3PdX7hOjL',
  aadObjectId: '0f5d1a52-7c0e-4b55-9a53-1d6f7d1c0a02',
  name: 'Lukas Holm',
  givenName: 'Lukas',
  surname: 'Holm',
  email: 'lukas.holm@contoso.com',
  jobTitle: 'Controller',
  timezone: 'America/New_York',
  locale: 'en-US',
  country: 'US',
};

const petra: Person = {
  key: 'petra',
  id: '29:1PetraNovakD5k8wRsM2eHt9VgYb4xQcJ7nFz6UaT0oLiP',
  aadObjectId: '0f5d1a52-7c0e-4b55-9a53-1d6f7d1c0a03',
  name: 'Petra Novák',
  givenName: 'Petra',
  surname: 'Novak',
  email: 'petra.novak@contoso.com',
  jobTitle: 'Product Manager',
  timezone: 'Europe/Prague',
  locale: 'en-GB',
  country: 'CZ',
};

const people = [anna, lukas, petra];
const memberIds = people.map((person) => person.id);

const sales: Team = {
  key: 'sales',
  id: generalId,
  aadGroupId: '5c2f7d19-8a6b-4e0d-b1f3-2e9c4d7a6b80',
  name: 'Contoso Sales',
  memberIds,
};

/** The company on its first day: everybody has a chat with the bot, one group chat, one team with two channels. */
export function createWorld(): World {
  return {
    tenantId,
    people,
    teams: [sales],
    conversations: [
      ...people.map((person) => personalChat(person)),
      conversation({ key: 'budget', id: '19:c4d7e0a91f5b4823@thread.v2', kind: 'groupChat', title: 'Budget crew' }),
      conversation({ key: 'general', id: generalId, kind: 'channel', title: 'General', teamId: sales.id }),
      conversation({ key: 'launch', id: launchId, kind: 'channel', title: 'Launch', teamId: sales.id }),
    ],
  };
}

function personalChat(person: Person): Conversation {
  return {
    ...conversation({ key: `personal-${person.key}`, id: `a:1${person.id.slice(4)}`, kind: 'personal', title: '' }),
    memberIds: [person.id],
  };
}

function conversation(part: Pick<Conversation, 'key' | 'id' | 'kind' | 'title' | 'teamId'>): Conversation {
  return { ...part, memberIds, installed: false, messages: [] };
}
