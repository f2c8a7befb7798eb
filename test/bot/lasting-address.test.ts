import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { lastingAddressOf } from '../../src/bot/lasting-address';

function activityIn(conversationType: string): Partial<Activity> {
  return {
    ...{ type: 'message', id: 'm-1', channelId: 'msteams', serviceUrl: 'https://smba.trafficmanager.net/emea/' },
    from: { id: '29:anna', name: 'Anna Berg', aadObjectId: 'anna-oid' },
    recipient: { id: '28:confer', name: 'Confer' },
    conversation: { id: '19:team', conversationType, isGroup: conversationType !== 'personal', name: '' },
  };
}

describe('lastingAddressOf', () => {
  for (const type of ['groupChat', 'channel']) {
    it(`keeps nothing of whoever wrote in a ${type}, nor which message it was`, () => {
      const address = lastingAddressOf(activityIn(type));

      assert.doesNotMatch(JSON.stringify(address), /anna|m-1/iu);
      assert.deepEqual(
        [address.conversation?.id, address.bot?.id, address.serviceUrl],
        ['19:team', '28:confer', 'https://smba.trafficmanager.net/emea/'],
      );
    });
  }

  it('keeps whose personal chat it is, without the name', () => {
    const address = lastingAddressOf(activityIn('personal'));

    assert.deepEqual([address.user?.id, address.user?.aadObjectId, address.user?.name], ['29:anna', 'anna-oid', '']);
    assert.doesNotMatch(JSON.stringify(address), /Anna Berg|m-1/u);
  });
});
