import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Sandbox } from '@earshot/sandbox';

const program = resolve(import.meta.dirname, '../../../examples/voice-agent/voice-agent.ts');

/** The example of a voice agent, run as a customer runs it. */
export interface VoiceAgent extends AsyncDisposable {
  /** What it printed so far, and what it complained of. */
  readonly lines: readonly string[];
  /** Its exit code. */
  readonly exited: Promise<number | null>;
  /** As Ctrl-C does. */
  interrupt(): void;
}

export interface VoiceAgentOptions {
  /** With whose realtime model it speaks. */
  readonly sandbox: Sandbox;
  /** Where bots are ordered, without a path. */
  readonly earshotUrl: string;
  readonly apiKey: string;
  readonly meetingLink: string;
}

/** Starts it; it orders its bot by itself. */
export async function startVoiceAgent(options: VoiceAgentOptions): Promise<VoiceAgent> {
  const { sandbox, earshotUrl, apiKey, meetingLink } = options;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(await freePort()),
      EARSHOT_URL: earshotUrl,
      EARSHOT_API_KEY: apiKey,
      MEETING_LINK: meetingLink,
      OPENAI_API_KEY: sandbox.keys.openai,
      OPENAI_REALTIME_URL: sandbox.realtimeUrl,
    },
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    lines,
    exited,
    interrupt: () => void child.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
