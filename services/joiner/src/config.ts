import { z } from 'zod';
import { HOUR, MINUTE } from '@earshot/kernel';
import { LEAST_RATE, MOST_RATE } from './speech/read-audio.ts';
import type { SpeechServerConfig } from './speech/text-to-speech.ts';
import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';

const BYTES_PER_KBIT = 1000 / 8;

export interface JoinerConfig extends ServiceConfig {
  readonly rpcListen: string;
  /** Where other services reach `rpcListen`, host:port; empty: its host, or the machine's name where it listens on all of them. */
  readonly rpcAdvertise: string;
  readonly rpc: RpcSettings;
  readonly schedulerAddress: string;
  readonly mediaAddress: string;
  /** How many bots this process takes. */
  readonly maxBots: number;
  readonly botsPerBrowser: number;
  /** How long a browser without bots waits for the next one before it is closed, in milliseconds. */
  readonly browserIdleMs: number;
  /** How long the bots may go on with their meetings after SIGTERM before they are handed over, in milliseconds. */
  readonly drainMs: number;
  readonly browser: {
    /** Empty: Playwright's own, then the system's. */
    readonly chromiumPath: string;
    /** Added to our own. */
    readonly args: readonly string[];
    /** As whom browsers run when this process is root's. */
    readonly user: string;
    /** What one browser may have on the disk, in bytes; one that takes more is killed, and its bots come back. */
    readonly maxDiskBytes: number;
    /** Through which the browsers' traffic goes, in place of our own guard; empty for the guard. */
    readonly proxy: string;
  };
  /** Of each bot's video, where its order asks for any. Screens are always taken. */
  readonly video: {
    /** How many webcams at a time: those of whoever spoke last. */
    readonly maxWebcams: number;
    /** Of all its tracks, bytes a second; beyond that webcams lose frames first, those of whoever has been silent for longest. */
    readonly maxBytesPerSecond: number;
  };
  /** A server that makes speech of texts, as OpenAI's API has it; undefined where there is none. Its key is never logged. */
  readonly textToSpeech: SpeechServerConfig | undefined;
  /** Hosts, with a port or without, to whose terms the operator has agreed: there a bot ticks what a page wants ticked. */
  readonly termsAcceptedHosts: readonly string[];
  readonly egress: {
    /** Private hosts, addresses and networks that a meeting's page may be on. */
    readonly allow: readonly string[];
    /** `host:port` to `ip:port`, as a hosts file would: these go where the operator says. */
    readonly hosts: Readonly<Record<string, string>>;
  };
}

export function readConfig(env: Env): JoinerConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7402),
    RPC_ADVERTISE: z
      .string()
      .regex(/^\S+:\d{1,5}$/, 'must look like host:port')
      .default(''),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    SCHEDULER_ADDRESS: shared.peer(7401),
    MEDIA_ADDRESS: shared.peer(7403),
    MAX_BOTS: z.coerce.number().int().min(1).max(1000).default(8),
    BOTS_PER_BROWSER: z.coerce.number().int().min(1).max(64).default(4),
    BROWSER_IDLE_MS: z.coerce
      .number()
      .int()
      .min(0)
      .max(HOUR)
      .default(MINUTE / 2),
    // As long as a recording lasts unless its request says otherwise, and never longer than a timer can wait.
    DRAIN_MS: z.coerce
      .number()
      .int()
      .min(0)
      .max(24 * HOUR)
      .default(4 * HOUR),
    BROWSER_ARGS: z.string().default('').transform(readArgs),
    BROWSER_DISK_MB: z.coerce.number().int().min(1).max(1_000_000).default(512),
    BROWSER_USER: z.string().default(''),
    BROWSER_PROXY: z
      .string()
      .regex(/^https?:\/\/[^\s/]+:\d{1,5}$/, 'must look like http://host:port')
      .optional(),
    CHROMIUM_PATH: z.string().default(''),
    EGRESS_ALLOW: z.string().default(''),
    EGRESS_HOSTS: z.string().default('').transform(readHosts),
    TTS_URL: z.url({ protocol: /^https?$/ }).optional(),
    TTS_API_KEY: z.string().default(''),
    TTS_MODEL: z.string().default('gpt-4o-mini-tts'),
    TTS_VOICE: z.string().default('alloy'),
    // Of OpenAI's answers in `pcm`.
    TTS_SAMPLE_RATE: z.coerce.number().int().min(LEAST_RATE).max(MOST_RATE).default(24_000),
    VIDEO_MAX_KBITS: z.coerce.number().int().min(100).max(100_000).default(8000),
    VIDEO_MAX_WEBCAMS: z.coerce.number().int().min(0).max(49).default(6),
    WEB_TERMS_ACCEPTED_HOSTS: z.string().default('').transform(words),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'joiner',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpcAdvertise: vars.RPC_ADVERTISE,
    rpc: readRpcSettings('joiner', vars),
    schedulerAddress: vars.SCHEDULER_ADDRESS,
    mediaAddress: vars.MEDIA_ADDRESS,
    maxBots: vars.MAX_BOTS,
    botsPerBrowser: vars.BOTS_PER_BROWSER,
    browserIdleMs: vars.BROWSER_IDLE_MS,
    drainMs: vars.DRAIN_MS,
    browser: {
      chromiumPath: vars.CHROMIUM_PATH,
      args: vars.BROWSER_ARGS,
      user: vars.BROWSER_USER,
      maxDiskBytes: vars.BROWSER_DISK_MB * 1024 * 1024,
      proxy: vars.BROWSER_PROXY ?? '',
    },
    video: { maxWebcams: vars.VIDEO_MAX_WEBCAMS, maxBytesPerSecond: vars.VIDEO_MAX_KBITS * BYTES_PER_KBIT },
    textToSpeech: vars.TTS_URL === undefined ? undefined : readSpeechServer({ ...vars, TTS_URL: vars.TTS_URL }),
    termsAcceptedHosts: vars.WEB_TERMS_ACCEPTED_HOSTS,
    egress: { allow: words(vars.EGRESS_ALLOW), hosts: vars.EGRESS_HOSTS },
  };
}

function readSpeechServer(vars: {
  readonly TTS_URL: string;
  readonly TTS_API_KEY: string;
  readonly TTS_MODEL: string;
  readonly TTS_VOICE: string;
  readonly TTS_SAMPLE_RATE: number;
}): SpeechServerConfig {
  return {
    url: vars.TTS_URL,
    apiKey: vars.TTS_API_KEY,
    model: vars.TTS_MODEL,
    voice: vars.TTS_VOICE,
    sampleRate: vars.TTS_SAMPLE_RATE,
  };
}

function words(text: string): string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}

/** `host:port=ip:port`, with commas. */
function readHosts(text: string, context: z.RefinementCtx): Record<string, string> {
  const pairs = words(text).map((word) => word.split('='));
  if (pairs.every((pair) => pair.length === 2 && pair.every((end) => /^[^\s/]+:\d{1,5}$/.test(end))))
    return Object.fromEntries(pairs);
  context.addIssue({ code: 'custom', message: 'must look like host:port=ip:port, with commas' });
  return z.NEVER;
}

/** A JSON array, or words. */
function readArgs(text: string, context: z.RefinementCtx): string[] {
  if (!text.trimStart().startsWith('[')) return text.split(/\s+/).filter(Boolean);
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON array of strings, or words' });
    return z.NEVER;
  }
}
