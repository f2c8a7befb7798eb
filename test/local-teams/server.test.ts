import assert from 'node:assert/strict';

import { startLocalTeams } from '../../src/local-teams';

const nowhere = 'http://127.0.0.1:9/api/messages';

describe('startLocalTeams', () => {
  it('says which port is taken', async () => {
    const first = await startLocalTeams({ botEndpoint: nowhere });
    const port = Number(new URL(first.url).port);

    await assert.rejects(startLocalTeams({ botEndpoint: nowhere, port }), {
      code: 'LOCAL_TEAMS_PORT_IN_USE',
      message: `Port ${String(port)} is already in use: stop the program that uses it or set LOCAL_TEAMS_PORT to another port.`,
    });
    await first.stop();
  });

  it('refuses addresses that others can reach, and bots without an address', async () => {
    await assert.rejects(startLocalTeams({ botEndpoint: nowhere, host: '0.0.0.0' }), {
      code: 'LOCAL_TEAMS_SETTING_INVALID',
    });
    await assert.rejects(startLocalTeams({ botEndpoint: 'confer' }), { code: 'LOCAL_TEAMS_SETTING_INVALID' });
  });

  it('frees its port and ends open event streams on stop', async () => {
    const teams = await startLocalTeams({ botEndpoint: nowhere });
    const stream = await fetch(new URL('/api/events', teams.url));

    await teams.stop();

    await assert.rejects(stream.text().then(async () => fetch(teams.url)));
    const again = await startLocalTeams({ botEndpoint: nowhere, port: Number(new URL(teams.url).port) });
    await again.stop();
  });
});
