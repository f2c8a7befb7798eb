-- The two roles of Confer, and what they may. Run it once in Confer's own, empty database, as its owner or a superuser:
--   psql --set ON_ERROR_STOP=1 --dbname confer --file deploy/roles.sql
-- and give both a password (\password confer_migrate). Needs PostgreSQL 14 or later.

-- Makes and changes tables: `npm run migrate`, and nothing else.
create role confer_migrate login noinherit nosuperuser nocreatedb nocreaterole;
-- Runs Confer: reads and writes rows, and can make or change no table.
create role confer_run login noinherit nosuperuser nocreatedb nocreaterole connection limit 100;

-- Nobody else gets in, and nobody makes temporary tables.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to confer_migrate, confer_run', current_database());
end
$$;
revoke all on schema public from public;
grant usage, create on schema public to confer_migrate;
grant usage on schema public to confer_run;

-- What the one makes, the other may use: also what a later version brings.
alter default privileges for role confer_migrate in schema public
  grant select, insert, update, delete on tables to confer_run;
alter default privileges for role confer_migrate in schema public
  grant usage, select on sequences to confer_run;
-- A function may be called by everybody who is not kept from it.
alter default privileges for role confer_migrate
  revoke execute on functions from public;

-- Confer asks for the same; whoever uses the role by hand should not forget it.
alter role confer_run set statement_timeout = '5s';
alter role confer_run set lock_timeout = '2s';
alter role confer_run set idle_in_transaction_session_timeout = '10s';
