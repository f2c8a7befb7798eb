import assert from 'node:assert/strict';

import { CloudAdapter, ConfigurationBotFrameworkAuthentication, TeamsInfo, type TurnContext } from 'botbuilder';
import { ConnectorClient, MicrosoftAppCredentials } from 'botframework-connector';

import { Chat } from './support/chat';

describe('the connector double under botbuilder', () => {
  let chat: Chat;
  let channelActivity: Record<string, unknown>;

  beforeEach(async () => {
    chat = await Chat.start();
    await chat.write('launch', { text: 'wait', mentionBot: true });
    const [activity] = chat.bot.ofType('message');
    assert.ok(activity);
    channelActivity = activity;
  });

  afterEach(async () => {
    await chat.stop();
  });

  /** Runs `logic` in a turn on the activity that the local Teams has sent. */
  const inTurn = async (logic: (context: TurnContext) => Promise<void>): Promise<void> => {
    const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
    const response = {
      socket: undefined,
      status: () => response,
      header: () => response,
      send: () => response,
      end: () => response,
    };
    let failure: unknown;
    await adapter.process({ body: channelActivity, headers: {}, method: 'POST' }, response, async (context) => {
      await logic(context).catch((error: unknown) => {
        failure = error;
      });
    });
    if (failure !== undefined) throw failure as Error;
  };

  it('answers what TeamsInfo asks', async () => {
    await inTurn(async (context) => {
      const member = await TeamsInfo.getMember(context, 'anna.berg@contoso.com');
      const page = await TeamsInfo.getPagedMembers(context, 2);
      const rest = await TeamsInfo.getPagedMembers(context, 2, page.continuationToken);
      const details = await TeamsInfo.getTeamDetails(context);
      const channels = await TeamsInfo.getTeamChannels(context);

      assert.equal(member.name, 'Anna Berg');
      assert.equal(member.userPrincipalName, 'anna.berg@contoso.com');
      assert.match(member.aadObjectId ?? '', /^[0-9a-f-]{36}$/);
      assert.deepEqual([page.members.length, rest.members.length, rest.continuationToken], [2, 1, undefined]);
      assert.equal(details.name, 'Contoso Sales');
      assert.deepEqual(
        channels.map(({ name }) => name ?? null),
        [null, 'Launch'],
      );
    });
  });

  it('takes what a turn sends, updates and deletes', async () => {
    await inTurn(async (context) => {
      const kept = await context.sendActivity('kept');
      const dropped = await context.sendActivity('dropped');
      await context.updateActivity({ ...context.activity, type: 'message', id: kept?.id ?? '', text: 'changed' });
      await context.deleteActivity(dropped?.id ?? '');
    });

    const answers = (await chat.messages('launch')).filter(({ from }) => from.role === 'bot').slice(-2);
    assert.deepEqual(
      answers.map(({ text, deleted }) => [text, deleted]),
      [
        ['changed', undefined],
        ['', true],
      ],
    );
  });

  it('gives ConnectorClient the error code that Teams gives', async () => {
    const client = new ConnectorClient(new MicrosoftAppCredentials('', ''), { baseUri: chat.teams.serviceUrl });

    await assert.rejects(client.conversations.getConversationMember(await chat.idOf('launch'), '29:nobody'), {
      statusCode: 404,
      code: 'MemberNotFoundInConversation',
    });
  });
});
