import type { Database } from '@earshot/db';

/** What one run of a statement cost the server. */
export interface QueryCost {
  readonly sql: string;
  /** Rows that came out. */
  readonly returned: number;
  /** Rows that were read from tables and indexes, those that were passed over included. */
  readonly read: number;
  /** Pages that were looked at, 8 kB each. */
  readonly pages: number;
  readonly indexes: readonly string[];
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

interface Asked {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/**
 * Does `work`, and tells what each of its statements that names `table` costs under a generic plan, which is the one that a
 * service's own connections use for bound values. Nothing that a statement changes stays.
 */
export async function queryCosts(
  { knex }: Database,
  { table, work }: { table: string; work: () => Promise<unknown> },
): Promise<QueryCost[]> {
  const asked: Asked[] = [];
  const note = ({ sql, bindings }: Asked) => void asked.push({ sql, bindings });
  knex.on('query', note);
  await work();
  knex.off('query', note);
  const costs: QueryCost[] = [];
  for (const { sql, bindings } of asked.filter((one) => new RegExp(String.raw`\b${table}\b`).test(one.sql))) {
    costs.push({ sql, ...(await explain(knex, { sql, bindings })) });
  }
  return costs;
}

async function explain(knex: Database['knex'], { sql, bindings }: Asked): Promise<Omit<QueryCost, 'sql'>> {
  const connection = await knex.client.acquireConnection();
  try {
    await connection.query(`begin; set local plan_cache_mode = force_generic_plan; prepare asked as ${sql}`);
    const values = bindings.length > 0 ? `(${bindings.map(literal).join(', ')})` : '';
    const { rows } = await connection.query(`explain (analyze, buffers, format json) execute asked${values}`);
    const plan: Plan = rows[0]['QUERY PLAN'][0].Plan;
    const all = flatten(plan);
    const scans = all.filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable');
    const top = plan['Node Type'] === 'ModifyTable' ? (plan.Plans?.[0] ?? plan) : plan;
    return {
      returned: top['Actual Rows'] * top['Actual Loops'],
      read: scans.reduce((sum, node) => sum + rowsOf(node), 0),
      pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
      indexes: all.flatMap((node) => node['Index Name'] ?? []),
    };
  } finally {
    await connection.query('rollback');
    await connection.query('deallocate asked').catch(() => {});
    await knex.client.releaseConnection(connection);
  }
}

function rowsOf(node: Plan): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + removed) * node['Actual Loops'];
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}

/** As a value of no type yet, which takes that of its place. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return quote(`{${value.map((one) => JSON.stringify(String(one))).join(',')}}`);
  return quote(value instanceof Date ? value.toISOString() : String(value));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
