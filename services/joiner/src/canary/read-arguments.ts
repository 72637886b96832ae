import { parseArgs } from 'node:util';
import { platformOfHost, type Platform } from '@earshot/kernel';

export interface CanaryArguments {
  /** May carry a passcode. */
  readonly meetingUrl: string;
  readonly platform: Platform;
  readonly botName: string;
  /** How long to listen inside. */
  readonly seconds: number;
  /** How long to wait to be let in. */
  readonly waitSeconds: number;
  readonly folder: string;
}

export const usage = `bin/canary <meeting link> [--name NAME] [--seconds 30] [--wait 300] [--out FOLDER]

Joins a real meeting that you hold, looks around, leaves, and writes what it found into one folder. Somebody else should be
in the meeting and say something. Exit code 0: the platform is as the adapter knows it; 1: it is not; 2: it could not be
told, since the bot was not let in.
`;

/** Undefined for what cannot be used. */
export function readArguments(words: readonly string[], now: Date): CanaryArguments | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        name: { type: 'string', default: 'Canary' },
        seconds: { type: 'string', default: '30' },
        wait: { type: 'string', default: '300' },
        out: { type: 'string', default: `canary-${now.toISOString().replace(/[:.]/g, '-')}` },
      },
    });
    const [link = ''] = positionals;
    const [seconds, waitSeconds] = [Number(values.seconds), Number(values.wait)];
    if (positionals.length !== 1 || !/^https?:/.test(link) || !URL.canParse(link)) return undefined;
    if (!(seconds >= 1 && seconds <= 3600 && waitSeconds >= 1 && waitSeconds <= 3600)) return undefined;
    return {
      meetingUrl: link,
      platform: platformOfHost(new URL(link).hostname),
      botName: values.name,
      seconds,
      waitSeconds,
      folder: values.out,
    };
  } catch {
    return undefined;
  }
}
