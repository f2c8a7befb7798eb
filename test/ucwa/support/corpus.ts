import { Pool, text } from '../../simulator/client';

/** One document as the simulator writes it in both formats. */
export interface Document {
  readonly href: string;
  readonly json: string;
  readonly xml: string;
}

const vendor = 'application/vnd.microsoft.com.ucwa+xml';

/** One of everything: resources of each kind with a meeting that runs, errors, and packages of events. */
export async function gatherDocuments(): Promise<readonly Document[]> {
  const pool = new Pool();
  try {
    await pool.start();
    const client = await pool.signIn();
    const documents = new Map<string, Document>();
    const read = async (href: string): Promise<string> => {
      const json = (await client.send('GET', href, { headers: { Accept: 'application/json' } })).text;
      const xml = (await client.send('GET', href, { headers: { Accept: vendor } })).text;
      documents.set(href, { href, json, xml });
      return json;
    };
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: { subject: 'One of all' } });
    for (let href = client.link('events'), seen = ''; !seen.includes('"completed"');) {
      seen = await read(href);
      href = text((JSON.parse(seen) as { _links: { next: { href: never } } })._links.next.href);
    }
    const queue = [client.self, ...[...documents.values()].flatMap(({ json }) => hrefsIn(json))];
    for (let href = queue.shift(); href !== undefined; href = queue.shift()) {
      if (!documents.has(href) && !/\/(events|batch)\b/.test(href)) queue.push(...hrefsIn(await read(href)));
    }
    return [...documents.values()].filter(({ json }) => json.startsWith('{'));
  } finally {
    await pool.stop();
  }
}

function hrefsIn(json: string): string[] {
  return [...json.matchAll(/"href":"(\/[^"]+)"/g)].map(([, href = '']) => href);
}
