import assert from 'node:assert/strict';

import type { TurnContext } from 'botbuilder';

import { openHearing } from '../../src/compose/limits';
import { noMetrics } from '../../src/shared/metrics';
import { ANNA, messageActivity } from '../support/chat';
import { MemoryQuotas } from '../support/memory-quotas';
import { RecordingLogger } from '../support/recording-logger';

const CALLER = { kind: 'local' } as const;

describe('openHearing', () => {
  let happened: string[];
  let hear: (id: string) => Promise<void>;

  beforeEach(() => {
    happened = [];
    const note = (what: string) => async (): Promise<void> => {
      happened.push(what);
      return Promise.resolve();
    };
    const { receive } = openHearing(
      { floodLimits: { perPerson: 2, perConversation: 0 } },
      {
        adapter: {
          receive: async (activity, _caller, onTurn) => {
            await onTurn({ activity, sendActivity: note('answered') } as unknown as TurnContext);
            return { status: 200 };
          },
        },
        bot: { run: note('run') },
        store: { quotas: new MemoryQuotas(() => 0) },
        see: note('seen'),
        ...{ key: Buffer.alloc(32), log: new RecordingLogger(), metrics: noMetrics },
      },
    );
    hear = async (id) => {
      const activity = messageActivity('help', { id, as: ANNA });
      await receive({ ...activity }, CALLER);
    };
  });

  it('learns where Confer can speak before anything is answered', async () => {
    await hear('m-1');

    assert.deepEqual(happened, ['seen', 'run']);
  });

  it('A-33: writes nothing down, and looks nothing up, for what is too much', async () => {
    for (const id of ['m-1', 'm-2', 'm-3', 'm-4']) await hear(id);

    assert.deepEqual(happened, ['seen', 'run', 'seen', 'run', 'answered']);
  });
});
