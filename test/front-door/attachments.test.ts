import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { DoorHarness } from './door-harness';

describe('addresses in an activity', function () {
  this.timeout(10_000);

  let door: DoorHarness;
  let stranger: Server;
  let connections: number;
  let there: string;

  beforeEach(async () => {
    door = await DoorHarness.start();
    connections = 0;
    stranger = createServer().on('connection', () => {
      connections += 1;
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    there = `http://127.0.0.1:${String((stranger.address() as AddressInfo).port)}/x`;
  });

  afterEach(async () => {
    await door.stop();
    stranger.closeAllConnections();
    stranger.close();
  });

  /** Files, pictures, cards and links, as somebody could put them into an activity. */
  const traps = (): readonly { readonly title: string; readonly over: object; readonly status: number }[] => [
    ...[
      { contentType: 'image/png', contentUrl: there, thumbnailUrl: there },
      {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        contentUrl: there,
        content: { downloadUrl: there, uniqueId: 'x', fileType: 'txt' },
      },
      { contentType: 'text/html', content: `<img src="${there}"><a href="${there}">x</a>` },
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', body: [{ type: 'Image', url: there }] },
      },
      { contentType: 'reference', contentUrl: there, content: { uri: there } },
    ].map((attachment) => ({ title: attachment.contentType, over: { attachments: [attachment] }, status: 200 })),
    { title: 'a link in the words', over: { text: `join ${there}` }, status: 200 },
    { title: 'a picture in the words', over: { text: `help ![x](${there}) <img src="${there}">` }, status: 200 },
    {
      title: 'other addresses of the activity',
      over: { callerId: there, relatesTo: { serviceUrl: there } },
      status: 200,
    },
    {
      title: 'an upload that was agreed to',
      over: {
        type: 'invoke',
        name: 'fileConsent/invoke',
        value: { type: 'fileUpload', action: 'accept', uploadInfo: { uploadUrl: there, contentUrl: there, name: 'x' } },
      },
      status: 501,
    },
    {
      title: 'a preview of a link',
      over: { type: 'invoke', name: 'composeExtension/queryLink', value: { url: there } },
      status: 501,
    },
  ];

  it('A-44: are asked by nobody, wherever they are', async () => {
    for (const [index, { title, over, status }] of traps().entries()) {
      const answered = await door.say({ id: `trap-${String(index)}`, text: 'help', ...over });

      assert.equal(answered.status, status, title);
      assert.equal(connections, 0, title);
    }
    await door.idle();

    assert.equal(connections, 0);
    assert.ok(door.messages.length > 0);
    assert.ok(!JSON.stringify(door.connector.posted).includes(there));
  });
});
