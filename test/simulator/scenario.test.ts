import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { contoso, contosoScenario, readScenario, type Scenario, SimulatorScenarioError } from '../../src/simulator';
import { scenarioSchema, scenarioShape } from '../../src/simulator/scenario/scenario-file';
import { defaultSwitches } from '../../src/simulator/switches';

import { assertHas, list, Pool, send, ticket } from './client';
import { accepts, type Schema } from './json-schema';

const SCENARIOS = path.join('src', 'simulator', 'scenarios');
const FILES = readdirSync(SCENARIOS);
const SCHEMA_FILE = path.join('src', 'simulator', 'scenario.schema.json');

/** The smallest scenario there is. */
const SMALL = {
  company: { name: 'Fabrikam', sipDomain: 'fabrikam.com' },
  people: [{ account: 'nora', name: 'Nora', password: 'Harbour-12' }],
} as const;
const [NORA] = SMALL.people;

describe('simulator scenarios', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('have a schema file that is what the decoder says (npm run --silent simulator -- --print-schema)', () => {
    assert.deepEqual(content(SCHEMA_FILE), JSON.parse(JSON.stringify(scenarioSchema)));
  });

  it('are accepted and refused by schema and decoder alike, whatever part of them is changed', () => {
    const schema = content(SCHEMA_FILE) as Schema;
    const seen = { accepted: 0, refused: 0 };

    for (const file of FILES) {
      for (const { where, value } of variations(content(path.join(SCENARIOS, file)))) {
        const decoded = scenarioShape.problems(value, '').length === 0;
        assert.equal(accepts(schema, value), decoded, `${file}: ${where}`);
        seen[decoded ? 'accepted' : 'refused'] += 1;
      }
    }

    // Both answers have to occur often, or the comparison compares nothing.
    assert.ok(seen.accepted > 100 && seen.refused > 1000, JSON.stringify(seen));
  });

  it('start with the smallest one: a company with one person', async () => {
    const { rootUrl, company, demoAccount } = await pool.start({ scenario: readScenario(SMALL) });

    const token = await ticket(rootUrl.slice(0, -1), 'nora@fabrikam.com', 'Harbour-12');

    assert.match(token, /^cwt=/);
    assert.deepEqual(demoAccount, { username: 'nora@fabrikam.com', password: 'Harbour-12' });
    assertHas(company as never, { defaultRegion: undefined, dialInDirectoryUrl: 'https://dialin.fabrikam.com/' });
  });

  it('are printed as a file that gives the same company again', () => {
    const again = readScenario(JSON.parse(JSON.stringify(contosoScenario.file)));

    assert.deepEqual(again, contosoScenario);
    assert.equal(contosoScenario.company, contoso);
  });

  it('tell every mistake at once, each with its place and what is allowed', () => {
    const people = [
      { account: 'Nora', name: 'Nora' },
      { account: 'paul', name: '', password: 5, pasword: 'x', pool: 'third' },
    ];

    assert.deepEqual(
      problemsOf({ ...SMALL, people, switches: { hrefForm: 'short', stepMs: -1 }, faults: [{ cut: 1 }] }),
      [
        'people[0].password is missing.',
        'people[0].account must be an account name in small letters, not "Nora".',
        'people[1].name must be a text that is not empty, not "".',
        'people[1].password must be a text that is not empty, not 5.',
        'people[1].pasword is not known here; known are account, name, password, title, department, pool, policy, ucwaEnabled, personalRoomId.',
        'people[1].pool must be "first" or "second", not "third".',
        'switches.hrefForm must be "relative" or "absolute" or "double-slash", not "short".',
        'switches.stepMs must be a number of at least 0, not -1.',
        'faults[0].cut must be "before" or "after", not 1.',
      ],
    );
  });

  for (const [title, change, problem] of [
    ['a service account', { serviceAccount: 'x' }, 'serviceAccount names "x", but there is no such person.'],
    [
      'a policy',
      { people: [{ ...NORA, policy: 'strict' }] },
      'people[0].policy names "strict", but there is no such policy.',
    ],
    [
      'an organizer',
      { meetings: [{ organizer: 'x', id: 'AAAAAAAA', subject: '' }] },
      'meetings[0].organizer names "x", but there is no such person.',
    ],
    [
      'an attendee',
      { meetings: [{ organizer: 'nora', id: 'AAAAAAAA', subject: '', attendees: ['nora', 'x'] }] },
      'meetings[0].attendees[1] names "x", but there is no such person.',
    ],
    [
      'a region',
      { dialIn: { defaultRegion: 'x', regions: [{ name: 'Norway', number: 'tel:+47', languages: ['nb-NO'] }] } },
      'dialIn.defaultRegion names "x", but there is no such region.',
    ],
  ] as const) {
    it(`name ${title} that is not there`, () => {
      assert.deepEqual(problemsOf({ ...SMALL, ...change }), [problem]);
    });
  }

  it('refuse doubles and meetings that their organizers could not have made', () => {
    const policies = { strict: { accessLevels: ['Invited'], defaultAccessLevel: 'Locked', maySchedule: false } };
    const nora = { ...NORA, policy: 'strict', personalRoomId: 'AAAAAAAA' };
    const meeting = { organizer: 'nora', id: 'AAAAAAAA', subject: '', accessLevel: 'Everyone' };

    assert.deepEqual(problemsOf({ ...SMALL, people: [nora, NORA], policies, meetings: [meeting] }), [
      'people[1].account is "nora" a second time.',
      'policies.strict.defaultAccessLevel is "Locked", but the policy allows Invited.',
      'meetings[0].id is "AAAAAAAA" a second time.',
      'meetings[0].accessLevel is "Everyone", but the policy allows Invited.',
      'meetings[0].organizer names nora, whose policy allows no scheduled meetings.',
    ]);
  });

  for (const file of FILES) {
    it(`start and let everybody in: ${file}`, async () => {
      const scenario = readScenario(content(path.join(SCENARIOS, file)));

      const running = await pool.start({ scenario });
      const state = await send('GET', `${running.origin}/_sim/state`);

      for (const { uri, password } of scenario.company.people) {
        assert.match(await ticket(running.origin, uri.replace('sip:', ''), password), /^cwt=/);
      }
      assert.equal(running.secondOrigin !== undefined, scenario.secondPool);
      assert.deepEqual(state.json.switches, { ...defaultSwitches, ...scenario.switches });
      assert.equal(Number(state.json.waitingFaults), scenario.faults.length);
      assert.equal(list(state.json.meetings).length, scenario.company.meetings.length + rooms(scenario));
    });
  }

  it('send people to their pool: two-pools.json', async () => {
    const running = await pool.start({ scenario: readScenario(content(path.join(SCENARIOS, 'two-pools.json'))) });

    const root = await send('GET', running.rootUrl);

    const target = (root.json._links?.redirect?.href as unknown as string | undefined) ?? '';
    assert.equal(new URL(target).origin, running.secondOrigin);
  });

  it('hold people to a policy: strict-policy.json', async () => {
    await pool.start({ scenario: readScenario(content(path.join(SCENARIOS, 'strict-policy.json'))) });
    const client = await pool.signIn();
    const visitor = await pool.signIn('sofia.rossi');

    const open = await client.send('POST', client.meetings, { body: { accessLevel: 'Everyone' } });
    const usual = await client.send('POST', client.meetings, { body: { subject: 'Usual' } });
    const refused = await visitor.send('POST', visitor.meetings, { body: {} });

    assert.deepEqual([open.status, usual.status, refused.status], [400, 201, 403]);
    assertHas(usual.json, { accessLevel: 'Invited', automaticLeaderAssignment: 'Disabled' });
  });

  it('fail in the order written: flaky-server.json', async () => {
    const scenario = readScenario(content(path.join(SCENARIOS, 'flaky-server.json')));
    // The client of these tests resolves hrefs by the book; a doubled slash is another host to it.
    await pool.start({ scenario, switches: { hrefForm: 'relative' } });
    const client = await pool.signIn();

    const answers = await inTurn(3, async () => client.send('GET', client.meetings));

    assert.deepEqual(
      answers.map(({ status }) => status),
      [502, 502, 200],
    );
  });
});

function content(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function problemsOf(value: unknown): readonly string[] {
  try {
    readScenario(value);
  } catch (error) {
    if (error instanceof SimulatorScenarioError) return error.problems;
    throw error;
  }
  return [];
}

function rooms({ company }: Scenario): number {
  return company.people.filter(({ personalRoomId }) => personalRoomId !== undefined).length;
}

async function inTurn<T>(times: number, act: () => Promise<T>): Promise<T[]> {
  return times === 0 ? [] : [await act(), ...(await inTurn(times - 1, act))];
}

interface Variation {
  readonly where: string;
  readonly value: unknown;
}

/** Every value that is put in the place of every other one. */
const REPLACEMENTS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e9,
  '',
  'x',
  '(',
  'Enabled',
  [],
  ['x'],
  {},
  { x: 1 },
];

/** The value itself, and copies with one part removed, replaced, or joined by an unknown one. */
function* variations(value: unknown, where = ''): Generator<Variation> {
  if (where === '') yield { where: 'unchanged', value };
  for (const replacement of REPLACEMENTS)
    yield { where: `${where} = ${JSON.stringify(replacement)}`, value: replacement };
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) {
      for (const change of variations(entry, `${where}[${String(index)}]`)) {
        yield { where: change.where, value: value.with(index, change.value) as unknown };
      }
    }
    return;
  }
  yield { where: `${where} with a stranger`, value: { ...value, stranger: 1 } };
  for (const [name, entry] of Object.entries(value)) {
    yield { where: `${where} without ${name}`, value: without(value, name) };
    for (const change of variations(entry, `${where}.${name}`)) {
      yield { where: change.where, value: { ...value, [name]: change.value } };
    }
  }
}

function without(value: object, name: string): unknown {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
