#!/usr/bin/env bash
# One role for each service, which owns its schema and may do nothing else. The image runs this when the volume is new; on one
# that holds data, and after a password was changed: docker compose exec postgres /docker-entrypoint-initdb.d/roles.sh
set -euo pipefail
export PGOPTIONS='-c client_min_messages=warning'

ask() { psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"; }

ask -v database="$POSTGRES_DB" <<'SQL'
revoke all on database :"database" from public;
revoke all on schema public from public;
SQL

for role in gateway scheduler media transcriber retention notifier composer; do
  variable="$(echo "$role" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD"
  ask -v role="$role" -v password="${!variable:?}" -v database="$POSTGRES_DB" <<'SQL'
select format('create role %I', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
alter role :"role" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'password';
grant connect on database :"database" to :"role";
create schema if not exists :"role" authorization :"role";
alter schema :"role" owner to :"role";
-- What one role for all had made becomes the owner's; tables take their indexes and the sequences of their columns along.
select format('alter table %s owner to %I', c.oid::regclass, :'role') from pg_class c
  where relnamespace = :'role'::regnamespace and (relkind in ('r', 'p', 'v', 'm') or relkind = 'S' and not exists
    (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('a', 'i'))) \gexec
select format('alter routine %s owner to %I', oid::regprocedure, :'role') from pg_proc
  where pronamespace = :'role'::regnamespace \gexec
select format('alter type %s owner to %I', oid::regtype, :'role') from pg_type
  where typnamespace = :'role'::regnamespace and typtype in ('e', 'd') \gexec
SQL
done
