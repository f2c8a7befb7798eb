import assert from 'node:assert/strict';

import { menuOf } from '../../scripts/manifest/menu';

describe('command menu', () => {
  it('keeps the order of the registry and leaves out commands that want no menu', () => {
    const menu = menuOf([
      { name: 'start', description: 'Meet now', scopes: ['personal', 'team'] },
      { name: 'hello', description: 'Say hello', scopes: ['personal'], menu: false },
      { name: 'list', description: 'Show meetings', scopes: ['personal'], menu: true },
    ]);

    assert.deepEqual(menu, [
      { title: 'start', description: 'Meet now', scopes: ['personal', 'team'] },
      { title: 'list', description: 'Show meetings', scopes: ['personal'] },
    ]);
  });
});
