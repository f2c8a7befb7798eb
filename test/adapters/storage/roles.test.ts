import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { Client } from 'pg';

import { migrate } from '../../../src/adapters/storage/migrate';
import { openPostgres } from '../../../src/adapters/storage/postgres';
import { LocalChat } from '../../support/local-chat';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { RunningConfer } from '../../support/running-confer';

describe('deploy/roles.sql', function () {
  this.timeout(60_000);

  let postgres: TestPostgres;
  let superuser: Client;
  /** Addresses of the two roles. */
  let migrateUrl: string;
  let runUrl: string;

  before(async () => {
    // Roles belong to the whole server: one of its own.
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    superuser = new Client({ connectionString: url });
    await superuser.connect();
    await superuser.query(await readFile('deploy/roles.sql', 'utf8'));
    [migrateUrl, runUrl] = ['confer_migrate', 'confer_run'].map((role) => url.replace('//confer@', `//${role}@`)) as [
      string,
      string,
    ];
    const database = await openPostgres({ url: migrateUrl });
    await migrate(database);
    await database.close();
  });

  after(async () => {
    await RunningConfer.stopAll();
    await superuser.end();
    await postgres.stop('fast');
  });

  for (const [what, statement] of [
    ['make a table', 'create table mine (id int)'],
    ['make a temporary table', 'create temporary table mine (id int)'],
    ['make a schema', 'create schema mine'],
    ['make a function', 'create function mine() returns int language sql as $$ select 1 $$'],
    ['make an index', 'create index mine on operations (kind)'],
    ['change a table', 'alter table operations add column mine int'],
    ['drop a table', 'drop table operations'],
    ['empty a table', 'truncate operations'],
    ['make a role', 'create role mine'],
    ['give away what it may', 'grant select on operations to public'],
    ['become the other', 'set role confer_migrate'],
    ['read files of the server', "copy operations from '/etc/passwd'"],
    ['run programs on the server', "copy operations to program 'true'"],
  ] as const) {
    it(`does not let the role that runs Confer ${what}`, async () => {
      const client = new Client({ connectionString: runUrl });
      await client.connect();

      const refusal: unknown = await client.query(statement).then(
        () => 'it did',
        (error: unknown) => (error as { code?: unknown }).code,
      );
      await client.end();

      // Giving away what one does not own is a warning in PostgreSQL: what counts is that nobody got it.
      const leaked = await superuser.query(
        "select 1 from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema = 'public'",
      );
      assert.equal(leaked.rowCount, 0);
      if (!statement.startsWith('grant')) assert.equal(refusal, '42501');
    });
  }

  it('lets nobody else into the database', async () => {
    await superuser.query('create role somebody login');
    const client = new Client({ connectionString: runUrl.replace('confer_run', 'somebody') });

    await assert.rejects(client.connect(), { code: '42501' });
  });

  it('lets Confer run, and use tables that a later version makes', async () => {
    const owner = new Client({ connectionString: migrateUrl });
    await owner.connect();
    await owner.query('create table later (id bigserial primary key)');
    await owner.end();
    const run = new Client({ connectionString: runUrl });
    await run.connect();
    const { rows } = await run.query<{ id: unknown }>('insert into later default values returning id');
    await run.end();

    const confer = await RunningConfer.start({ DATABASE_URL: runUrl });
    const chat = new LocalChat(confer.page);
    await chat.say('new Without DDL', 'Your meeting is ready');
    const answer = await chat.say('list', 'Without DDL');
    const code = await confer.stop();

    assert.equal(rows.length, 1);
    assert.match(JSON.stringify(answer), /Without DDL/u);
    assert.equal(code, 0);
    assert.doesNotMatch(confer.lines.join('\n'), /permission denied|42501/u);
  });
});
