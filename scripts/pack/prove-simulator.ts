import { join } from 'node:path';

import type { Packed } from './build';
import { EmptyProject, type ProofSetting } from './empty-project';
import { PackError } from './errors';
import { whileServing } from './serving';

const COMMAND = 'ucwa-simulator';

/** A test of somebody else: starts a simulator inside its own process and stops it. */
const INSIDE_A_TEST = `
import { startSimulator, contoso } from 'confer-ucwa-simulator';

const simulator = await startSimulator({ timeScale: 0.01, switches: { onlyCompleted: true } });
const response = await fetch(simulator.rootUrl);
console.log(contoso.name, response.status);
await simulator.stop();
`;

/**
 * Shows that the simulator works where nothing else of this repository is: its help, a start with a scenario file, a
 * sign-in in plain HTTP, and its use inside somebody's own test.
 *
 * @throws PackError with what does not work.
 */
export async function proveSimulator(packed: Packed, { signal, tell }: ProofSetting): Promise<void> {
  await EmptyProject.during(signal, async (project) => {
    await project.install(packed);
    if (project.has('tsx') || project.has('typescript')) throw new PackError('The package brings a compiler along.');
    tell(
      `installs, with ${Object.entries(packed.dependencies)
        .map((entry) => entry.join(' '))
        .join(', ')}, no compiler`,
    );
    expect(await project.npx(COMMAND, '--help'), /^Usage: npx ucwa-simulator .*--scenario FILE/su);
    tell(`npx ${COMMAND} --help`);
    await project.write('scenario.json', await project.npx(COMMAND, '--print-scenario'));
    const bin = join(project.folder, 'node_modules', '.bin', COMMAND);
    const args = ['--scenario', 'scenario.json', '--port', '0', '--quiet'] as const;
    await whileServing([bin, ...args], { cwd: project.folder, signal }, async (rootUrl) => {
      tell(`${COMMAND} ${args.join(' ')}: ${await signIn(rootUrl, signal)}`);
    });
    await project.write('inside.mjs', INSIDE_A_TEST);
    expect(await project.node('inside.mjs'), /^Contoso 200\n$/u);
    tell('starts and stops inside a test');
    await project.installNodeTypes();
    await project.write('inside.mts', INSIDE_A_TEST);
    await project.write('wrong.mts', INSIDE_A_TEST.replace('onlyCompleted', 'onlyComplete'));
    const right = await project.typeCheck('inside.mts');
    if (right.code !== 0) throw new PackError(`TypeScript refuses a right use:\n${right.said}`);
    const wrong = await project.typeCheck('wrong.mts');
    if (wrong.code === 0) throw new PackError('TypeScript takes a switch that there is not: the types are missing.');
    tell('TypeScript takes a right use and refuses a wrong one');
  });
}

function expect(said: string, pattern: RegExp): void {
  if (!pattern.test(said)) throw new PackError(`Expected ${String(pattern)}, got:\n${said}`);
}

/** Discovery, challenge, ticket, user, application: what any client does first. */
async function signIn(rootUrl: string, signal: AbortSignal): Promise<string> {
  const root = await ask(rootUrl, { signal }, 200);
  const user = hrefIn(await root.json(), 'user');
  const challenge = await ask(user, { signal }, 401);
  const tokenHref = /MsRtcOAuth href="([^"]+)"/u.exec(challenge.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  const body = new URLSearchParams({ grant_type: 'password', username: 'confer@contoso.com', password: 'Meet-4-2day' });
  const ticket = (await (await ask(tokenHref, { method: 'POST', body, signal }, 200)).json()) as {
    access_token: string;
  };
  const headers = { Authorization: `Bearer ${ticket.access_token}`, 'Content-Type': 'application/json' };
  const applications = hrefIn(await (await ask(user, { headers, signal }, 200)).json(), 'applications');
  const identity = JSON.stringify({ userAgent: 'Proof/1.0', endpointId: 'proof', culture: 'en-US' });
  await ask(applications, { method: 'POST', headers, body: identity, signal }, 201);
  return 'discovery 200, challenge 401, ticket 200, user 200, application 201';
}

async function ask(url: string, init: RequestInit, status: number): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== status) throw new PackError(`${url} answered ${String(response.status)}.`);
  return response;
}

function hrefIn(resource: unknown, rel: string): string {
  const { _links } = resource as { _links?: Record<string, { href?: string } | undefined> };
  return _links?.[rel]?.href ?? '';
}
