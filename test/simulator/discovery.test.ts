import assert from 'node:assert/strict';

import { Pool, send } from './client';

const userPath = '/Autodiscover/AutodiscoverService.svc/root/oauth/user';

describe('simulator discovery', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('gives no applications link to somebody who is not enabled', async () => {
    const { origin } = await pool.start();
    const token = await pool.ticketOf('tom.fischer');

    const user = await send('GET', `${origin}${userPath}`, { headers: { Authorization: `Bearer ${token}` } });

    assert.equal(user.status, 200);
    assert.equal(user.json._links?.applications, undefined);
  });

  it('sends the headers of a front end with every answer', async () => {
    const { rootUrl } = await pool.start();

    const root = await send('GET', rootUrl, { headers: { 'client-request-id': 'r-1' } });

    assert.equal(root.headers['x-ms-server-fqdn'], 'fe1.contoso.com');
    assert.match(String(root.headers['x-ms-correlation-id']), /^[0-9a-f-]{36}$/);
    assert.equal(root.headers['x-ms-ucwaversion'], '2.0');
    assert.equal(root.headers['client-request-id'], 'r-1');
  });
});
