import { createScreen } from '@earshot/demo';
import { stories } from './src/stories/index.ts';

const screen = createScreen(process.stdout);
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
// The name of one story plays that one; the beginning of several plays them all.
const isMeant = (name: string, word: string) => (word in stories ? name === word : name.startsWith(`${word}-`));
const chosen = Object.entries(stories).filter(([name, story]) =>
  asked.length === 0 ? !story.isSlow : asked.some((word) => isMeant(name, word)),
);
if (chosen.length === 0) {
  process.stderr.write(`No such story. There are: ${Object.keys(stories).join(', ')}\n`);
  process.exit(2);
}

// Ends by itself, so that what the stories started is told.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

let failed = 0;
for (const [name, story] of chosen) {
  screen.heading(`${name}: ${story.name}`);
  try {
    const checks = await story.play(screen);
    for (const { check, passed } of checks)
      screen.line(`${passed ? 'ok  ' : 'FAIL'} ${check}`, passed ? 'green' : 'red');
    if (checks.length === 0 || checks.some(({ passed }) => !passed)) failed += 1;
  } catch (error) {
    failed += 1;
    screen.line(`FAIL ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, 'red');
  }
}
process.stdout.write(`\n${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
