#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { type Arguments, optionsFrom, readArguments, scenarioIn, usage } from './command-line';
import { contosoScenario } from './contoso';
import { SimulatorScenarioError, SimulatorStartError, SimulatorStateError, SimulatorUsageError } from './errors';
import { scenarioSchema } from './scenario/scenario-file';
import { startSimulator } from './simulator';

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = readArguments(process.argv.slice(2));
  switch (given.action) {
    case 'help':
      console.log(usage(isInstalled() ? 'npx ucwa-simulator ' : 'npm run simulator -- '));
      return;
    case 'print-schema':
      console.log(JSON.stringify(scenarioSchema, undefined, 2));
      return;
    case 'print-scenario':
      console.log(JSON.stringify(await printed(given), undefined, 2));
      return;
    case 'serve':
      await serve(given);
  }
}

async function serve(given: Arguments): Promise<void> {
  const options = await optionsFrom(given, process.env);
  const simulator = await startSimulator({ ...options, ...(given.flags.quiet !== true && { log: print }) });
  const people = simulator.company.people
    .map(({ uri, password }) => `${uri.replace('sip:', '')} ${password}`)
    .join(', ');
  const plain = simulator.httpOrigin === undefined ? '' : `, plain HTTP ${simulator.httpOrigin}/`;
  console.log(
    `UCWA simulator: ${simulator.rootUrl} (status page ${simulator.origin}/_sim/${plain}). People: ${people}.`,
  );
  const stop = (): void => {
    void simulator.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  onceAlone(stop);
}

/** The scenario as a file, with the schema where an editor finds it from here. */
async function printed({ values }: Arguments): Promise<unknown> {
  const scenario = values.scenario === undefined ? contosoScenario : await scenarioIn(values.scenario);
  const schema = relative(process.cwd(), join(__dirname, 'scenario.schema.json')).split(sep).join('/');
  return { ...scenario.file, $schema: schema.startsWith('.') ? schema : `./${schema}` };
}

/** Whether this is the built program out of a package, and not the source of this repository. */
function isInstalled(): boolean {
  return __filename.endsWith('.js');
}

/** Read first of all: a shell that ends early must not pass for the one that was never there. */
const startedBy = process.ppid;

/** npm runs us in a shell, and a shell that is told to end does not tell us: without it nobody could stop us any more. */
function onceAlone(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

function print({ method, path, status, ms }: { method: string; path: string; status: number; ms: number }): void {
  console.log(`${String(status)} ${method} ${path} ${String(ms)} ms`);
}

const expected = [SimulatorStartError, SimulatorStateError, SimulatorScenarioError, SimulatorUsageError];

main().catch((error: unknown) => {
  console.error(error instanceof Error && expected.some((kind) => error instanceof kind) ? error.message : error);
  process.exitCode = 1;
});
