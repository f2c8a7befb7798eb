import assert from 'node:assert/strict';

import { decodeXmlPayload } from '../../src/ucwa/xml-payload';
import { type Answer, type Client, type Json, Pool, text } from '../simulator/client';

const vendor = 'application/vnd.microsoft.com.ucwa+xml';

/**
 * Dates as dates, whichever form they have, and without what XML has no way to say: empty objects, and relations without
 * entries. Reports of errors are numbered anew each time.
 */
function comparable(value: unknown, areRelations = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => comparable(entry));
  if (typeof value === 'string') return withDate(value);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([name]) => name !== 'errorReportId')
    .map(([name, member]): [string, unknown] => [name, comparable(member, name === '_links' || name === '_embedded')])
    .filter(([, member]) => !isEmpty(member) || (Array.isArray(member) && !areRelations));
  return Object.fromEntries(members);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0;
}

function withDate(value: string): string | Date {
  const wire = /^\/Date\((-?\d+)\)\/$/.exec(value);
  if (wire !== null) return new Date(Number(wire[1]));
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;
}

/** Every href that a document names, at any depth. */
function hrefsIn(document: Json): string[] {
  return [...JSON.stringify(document).matchAll(/"href":"(\/[^"]+)"/g)].map(([, href = '']) => href);
}

/** Asks for the same thing twice, and compares what the answers say. */
async function compare(client: Client, href: string): Promise<Answer> {
  const json = await client.send('GET', href, { headers: { Accept: 'application/json' } });
  const xml = await client.send('GET', href, { headers: { Accept: vendor } });

  assert.equal(xml.headers['content-type'], `${vendor}; charset=utf-8`, href);
  assert.equal(xml.status, json.status, href);
  assert.deepEqual(comparable(decodeXmlPayload(xml.text)), comparable(json.json), href);
  return json;
}

describe('XML and JSON of the simulator', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('say the same of every resource that can be reached, missing ones and refusals included', async () => {
    await pool.start();
    const client = await pool.signIn();
    const conversation = await client.startMeeting();
    const queue = [client.self, conversation];
    const statuses = new Map<string, number>();

    for (let href = queue.shift(); href !== undefined; href = queue.shift()) {
      if (statuses.has(href) || /\/(events|batch)\b/.test(href)) continue;
      const { status, json } = await compare(client, href);
      statuses.set(href, status);
      queue.push(...hrefsIn(json));
    }

    const rels = [...statuses].filter(([, status]) => status === 200).length;
    assert.ok(rels >= 15, `only ${String(rels)} resources were read`);
    assert.ok([...statuses.values()].some((status) => status >= 400));
  });

  it('say the same in every package of a meeting that is started', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: { subject: 'Twins' } });

    const types: string[] = [];
    for (let href = client.link('events'); !types.includes('completed');) {
      const { json } = await compare(client, href); // the same number again is answered with the same package
      types.push(...[...JSON.stringify(json).matchAll(/"type":"(\w+)"/g)].map(([, type = '']) => type));
      href = text(json._links?.next?.href);
    }

    assert.ok(types.includes('completed'));
  });
});
