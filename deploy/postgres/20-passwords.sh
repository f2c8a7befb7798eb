#!/bin/sh
# Run by the image of PostgreSQL after roles.sql, when its data folder is empty: gives both roles the passwords of the secrets.
set -eu
for role in confer_migrate confer_run; do
  # psql quotes the value; it is never in an argument that others can see.
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
\set password \`cat /run/secrets/${role}_password\`
alter role ${role} password :'password';
SQL
done
