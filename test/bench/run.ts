import type { Bench } from './src/bench.ts';
import { bot } from './src/benches/bot.ts';
import { claims } from './src/benches/claims.ts';
import { compose } from './src/benches/compose.ts';
import { createBot } from './src/benches/create-bot.ts';
import { deliveries } from './src/benches/deliveries.ts';
import { erasure } from './src/benches/erasure.ts';
import { liveAudio } from './src/benches/live-audio.ts';
import { pageTransport } from './src/benches/page-transport.ts';
import { speak } from './src/benches/speak.ts';
import { start } from './src/benches/start.ts';
import { transcript } from './src/benches/transcript.ts';
import { video } from './src/benches/video.ts';

const benches: Readonly<Record<string, Bench>> = {
  bot,
  claims,
  compose,
  'create-bot': createBot,
  deliveries,
  erasure,
  'live-audio': liveAudio,
  'page-transport': pageTransport,
  speak,
  start,
  transcript,
  video,
};

const words = process.argv.slice(2);
const asJson = words.includes('--json');
const name = words.find((word) => !word.startsWith('-')) ?? '';
const bench = benches[name];
if (!bench) {
  process.stderr.write(`npm run bench -- <${Object.keys(benches).join('|')}> [--json]\n`);
  process.exit(2);
}
process.stderr.write(`${name}: ${bench.measures}\n`);
const figures = await bench.run();
process.stdout.write(`${asJson ? JSON.stringify(figures) : JSON.stringify(figures, null, 2)}\n`);
