import { schemas, type Schema } from './schemas.ts';
import type { Secrets } from './secrets.ts';

/** The superuser of a PostgreSQL of our own; only the supervisor knows its password. */
export const SUPERUSER = 'earshot';
/** The database that holds all schemas. */
export const DATABASE = 'postgres';

/** Who may connect how; `fingerprint` shows whether the roles are as they should be. */
export function hbaFile(fingerprint: string): string {
  return `# Written at start. Roles: ${fingerprint}\nhost all all 127.0.0.1/32 scram-sha-256\n`;
}

/**
 * The roles and what each owns, as statements of one line, which may be repeated. What a superuser made in a schema before
 * there were roles becomes its owner's.
 */
export function accessStatements({ databasePasswords }: Pick<Secrets, 'databasePasswords'>): string[] {
  return [
    `alter role ${SUPERUSER} password '${databasePasswords.superuser}'`,
    `revoke all on database ${DATABASE} from public`,
    'revoke all on schema public from public',
    ...schemas.flatMap((schema) => [
      `do $$ begin if not exists (select from pg_roles where rolname = '${schema}') then create role ${schema}; end if; end $$`,
      `alter role ${schema} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '${databasePasswords[schema]}'`,
      `grant connect on database ${DATABASE} to ${schema}`,
      `create schema if not exists ${schema} authorization ${schema}`,
      `alter schema ${schema} owner to ${schema}`,
      handOver(schema),
    ]),
  ];
}

/** Tables take their indexes and the sequences of their columns along; those of no table go by themselves. */
function handOver(schema: Schema): string {
  const isOfColumn = `exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('a', 'i'))`;
  return [
    'do $$ declare name text; begin',
    `for name in select c.oid::regclass from pg_class c where relnamespace = '${schema}'::regnamespace`,
    `and (relkind in ('r', 'p', 'v', 'm') or relkind = 'S' and not ${isOfColumn})`,
    `loop execute 'alter table ' || name || ' owner to ${schema}'; end loop;`,
    `for name in select p.oid::regprocedure from pg_proc p where pronamespace = '${schema}'::regnamespace`,
    `loop execute 'alter routine ' || name || ' owner to ${schema}'; end loop;`,
    `for name in select t.oid::regtype from pg_type t where typnamespace = '${schema}'::regnamespace and typtype in ('e', 'd')`,
    `loop execute 'alter type ' || name || ' owner to ${schema}'; end loop;`,
    'end $$',
  ].join(' ');
}
