import { type Company, contoso, type Person, startSimulator } from '../../src/simulator';

import { accountOf, password, type ServerReport } from './messages';

/** A company of so many people, each of whom may sign in, and of no meetings. */
function companyOf(size: number): Company {
  const [model] = contoso.people;
  const people = Array.from({ length: model === undefined ? 0 : size }, (_, number): Person | undefined => {
    const account = accountOf(number);
    if (model === undefined) return undefined;
    const { policy } = model;
    return { uri: `sip:${account}@${contoso.sipDomain}`, name: account, account, password, policy };
  }).filter((person) => person !== undefined);
  return { ...contoso, people, meetings: [], serviceAccount: accountOf(0) };
}

/** Serves until its parent is gone; says where it is, and at every message how it is. */
async function main(size: number): Promise<void> {
  const { rootUrl } = await startSimulator({ company: companyOf(size) });
  const report = (): void => {
    const { user, system } = process.cpuUsage();
    const answer: ServerReport = { rootUrl, cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() };
    process.send?.(answer);
  };
  process.on('message', report);
  process.once('disconnect', () => process.exit());
  report();
}

void main(Number(process.argv[2]));
