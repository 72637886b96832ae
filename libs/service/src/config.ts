import { DAY } from '@earshot/kernel';
import { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

/** Every problem of a configuration at once, so that all are corrected in one go. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the variables that `schema` names. Empty means absent. Values never stand in a problem's text. */
export function parseEnv<Shape extends z.ZodRawShape>(env: Env, shape: Shape): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

const address = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must look like host:port');

/** The variables that several services share, each with its default for a laptop. */
export const shared = {
  /** Address the service's gRPC server listens on. */
  rpcListen: (port: number) => address.default(`127.0.0.1:${port}`),
  /** Address of another service's gRPC server. */
  peer: (port: number) => address.default(`127.0.0.1:${port}`),
  /** Path of a file in PEM for gRPC by mutual TLS: the authority, the service's certificate, its key. All three or none. */
  rpcTlsFile: z.string().optional(),
  /** Whether the gRPC server shows its contract to whoever asks. */
  rpcReflection: z.enum(['on', 'off']).default('off'),
  databaseUrl: z.string().url().default('postgres://earshot@127.0.0.1:7432/earshot'),
  /** Largest number of connections this process keeps to PostgreSQL. */
  databasePool: z.coerce.number().int().min(2).max(100).default(8),
  /** Addresses of NATS, with commas; user and password stand in it as in `nats://user:password@host:port`. */
  natsUrl: z.string().default('nats://127.0.0.1:7422'),
  /** Path of a file with a NATS user's JWT and key, in place of user and password. */
  natsCredentials: z.string().optional(),
  /** 32 bytes under which secrets are sealed in the database. */
  secretsKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes in hex')
    .transform((hex) => Buffer.from(hex, 'hex')),
  /** A time for which something is kept, given in days; read as milliseconds. */
  days: (usual: number, { least = 1 } = {}) =>
    z.coerce
      .number()
      .min(least)
      .max(3650)
      .default(usual)
      .transform((days) => days * DAY),
  /** Key of the tokens that prove an assignment; the scheduler and the media-streamer have the same one. */
  assignmentSecret: z.string().min(32, 'must be at least 32 characters'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** How long a stopping service lets its work finish, in milliseconds. */
  shutdownMs: z.coerce.number().int().min(0).default(10_000),
} as const;
