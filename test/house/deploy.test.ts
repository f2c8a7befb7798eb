import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';

import { execForm, type Instruction, parseDockerfile } from '../../scripts/rehearse/dockerfile';
import { loadConfig, VARIABLES } from '../../src/config/config';

/** The parts of deploy/compose.yaml that are looked at. */
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

interface Service {
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ulimits?: { readonly core?: number };
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly privileged?: boolean;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly stop_grace_period?: string;
}

const REPLICAS = ['confer-1', 'confer-2'] as const;

describe('deploy', () => {
  let dockerfile: string;
  let last: readonly Instruction[];
  let compose: Compose;
  let balancer: string;
  let manifest: { engines: { node: string }; version: string; scripts: Record<string, string> };

  before(() => {
    dockerfile = readFileSync('deploy/Dockerfile', 'utf8');
    last = parseDockerfile(dockerfile).at(-1)?.instructions ?? [];
    const schema = CORE_SCHEMA.withTags(mergeTag);
    compose = load(readFileSync('deploy/compose.yaml', 'utf8'), { schema }) as Compose;
    balancer = readFileSync('deploy/haproxy.cfg', 'utf8');
    manifest = JSON.parse(readFileSync('package.json', 'utf8')) as typeof manifest;
  });

  const restOf = (word: string): string => last.find((instruction) => instruction.word === word)?.rest ?? '';
  const service = (name: string): Service => compose.services[name] ?? assert.fail(name);

  it('builds every stage on the Node.js of .nvmrc, which package.json takes', () => {
    const [, least = ''] = /^>=(\d+)\./u.exec(manifest.engines.node) ?? [];
    const wanted = readFileSync('.nvmrc', 'utf8').trim();

    const bases = new Set(parseDockerfile(dockerfile).map(({ base }) => base));

    assert.deepEqual([...bases], [`node:${wanted}-bookworm-slim`]);
    assert.ok(Number(wanted) >= Number(least));
  });

  it('starts what npm run start:production starts, without npm or a shell between', () => {
    const command = [...execForm(restOf('ENTRYPOINT')), ...execForm(restOf('CMD'))];

    assert.equal(command.join(' '), manifest.scripts['start:production']);
    assert.equal(restOf('STOPSIGNAL'), 'SIGTERM');
  });

  it('runs as a number that is not root', () => {
    assert.match(restOf('USER'), /^[1-9]\d*:[1-9]\d*$/u);
    for (const name of [...REPLICAS, 'migrate']) assert.equal(service(name).user, restOf('USER'));
  });

  it('installs without scripts, and takes no development packages along', () => {
    const installs = [...dockerfile.matchAll(/^RUN (npm ci.*)$/gmu)].map(([, command = '']) => command);

    assert.equal(installs.length, 2);
    for (const install of installs) assert.match(install, /--ignore-scripts/u);
    assert.match(dockerfile, /AS modules\n(?:(?!FROM).*\n)*RUN npm ci --omit=dev/u);
    assert.doesNotMatch(dockerfile, /^COPY \. /mu);
    assert.doesNotMatch(dockerfile, /PASSWORD|SECRET|TOKEN/u);
  });

  it('keeps everything out of the image that is not named', () => {
    const lines = readFileSync('.dockerignore', 'utf8').split('\n');

    assert.equal(
      lines.find((line) => line !== '' && !line.startsWith('#')),
      '*',
    );
  });

  it('asks for health at the port that is the default', () => {
    const { port } = loadConfig({});

    assert.match(restOf('HEALTHCHECK'), new RegExp(`process\\.env\\.PORT \\|\\| ${String(port)}\\}/healthz`, 'u'));
    assert.equal(restOf('EXPOSE'), String(port));
    for (const name of REPLICAS) {
      const env = service(name).environment ?? {};
      assert.equal(env.PORT, String(port));
      assert.match(balancer, new RegExp(`^ {2}server ${name} ${name}:${String(port)}$`, 'mu'));
    }
  });

  it('hands requests on in turn, to replicas that are ready, and nothing twice', () => {
    assert.match(balancer, /^ {2}balance roundrobin$/mu);
    assert.match(balancer, /^ {2}option httpchk GET \/readyz$/mu);
    assert.match(balancer, /^ {2}retry-on conn-failure$/mu);
    assert.doesNotMatch(balancer, /^ {2}(?:cookie|stick)/mu);
  });

  it('takes every right and every thing to write away from every container', () => {
    for (const [name, one] of Object.entries(compose.services)) {
      assert.equal(one.read_only, true, name);
      assert.deepEqual(one.cap_drop, ['ALL'], name);
      assert.deepEqual(one.security_opt, ['no-new-privileges:true'], name);
      assert.equal(one.ulimits?.core, 0, name);
      assert.match(one.user ?? '', /^[1-9]\d*:[1-9]\d*$/u, name);
      assert.ok(one.mem_limit !== undefined && one.cpus !== undefined && one.pids_limit !== undefined, name);
      assert.notEqual(one.privileged, true, name);
    }
  });

  it('sets only settings that there are, and secrets by files only', () => {
    const known = new Set<string>(VARIABLES);
    const files = Object.keys(compose.secrets);
    for (const name of [...REPLICAS, 'migrate']) {
      const { environment = {}, secrets = [] } = service(name);
      for (const [key, value] of Object.entries(environment)) {
        assert.ok(known.has(key), key);
        if (/PASSWORD|DATABASE_URL/u.test(key)) assert.match(value, /^\/run\/secrets\//u, key);
        if (value.startsWith('/run/secrets/')) assert.ok(secrets.includes(value.slice(13)), value);
      }
      for (const secret of secrets) assert.ok(files.includes(secret), secret);
    }
    for (const [name] of readFileSync('deploy/confer.env.example', 'utf8').matchAll(/^[A-Z_]+(?==)/gmu)) {
      assert.ok(known.has(name), name);
      assert.doesNotMatch(name, /PASSWORD|SECRET/u);
    }
  });

  it('lets only the migration have the role that makes tables', () => {
    const holders = Object.entries(compose.services).filter(([, { secrets = [] }]) =>
      secrets.includes('migrate_database_url'),
    );

    assert.deepEqual(
      holders.map(([name]) => name),
      ['migrate'],
    );
    assert.deepEqual(service('migrate').command, ['dist/store-tool/main.js', 'migrate']);
  });

  it('waits longer for the end than the end takes', () => {
    for (const name of REPLICAS) assert.equal(service(name).stop_grace_period, '25s');
  });

  it('says in traces which version it is', () => {
    const source = readFileSync('src/compose/tracing.ts', 'utf8');

    assert.match(source, new RegExp(`const VERSION = '${manifest.version.replaceAll('.', '\\.')}';`, 'u'));
  });
});
