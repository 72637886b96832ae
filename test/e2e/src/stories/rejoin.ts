import { readFile } from 'node:fs/promises';
import { callbackName, statusIs } from '@earshot/demo';
import { eventually, openFixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { E2eStory } from '../story.ts';

/** A browser that died is no reason to be away for longer. */
const BACK_WITHIN_MS = 15 * SECOND;
/** A joiner that died is missed after ten seconds without a heartbeat, and takes its time to start. */
const BACK_FROM_JOINER_MS = 30 * SECOND;

/** A bot's browser, then its joiner, are killed in the meeting: it comes back, and its customer hears of one visit. */
export const rejoin: E2eStory = {
  name: 'a bot whose browser or joiner is killed with -9 comes back into its meeting',
  isSlow: true,
  async play(screen) {
    await using fixture = await openFixture({ face: 'web' });
    const { api, customer, room, stack } = fixture;
    const signal = AbortSignal.timeout(120 * SECOND);
    const host = await room.join({ name: 'Host' });
    const ordered = await api.request('POST', '/bots/create_bot', {
      meeting_link: room.link,
      bot_name: 'Earshot',
      callback_url: customer.callbackUrl,
      automatic_leave: { everyone_left_timeout: 5 },
    });
    const path = `/bots/${ordered.body.bot_id}`;
    const isRecording = async () => statusIs(await api.request('GET', `${path}/status`), 'Recording');
    const ref = () => room.participants().find(({ name }) => name === 'Earshot')?.id;
    await eventually(isRecording, { signal });

    const joiner = stack.processes.get('joiner');
    const awayMs: number[] = [];
    for (const victim of ['browser', 'joiner'] as const) {
      const before = ref();
      const [child = 0] = await childrenOf(joiner?.pid ?? 0);
      const [browser = 0] = await childrenOf(child);
      screen.line(`kill -9 ${victim}`, 'red');
      const killedAt = performance.now();
      if (victim === 'browser') process.kill(browser, 'SIGKILL');
      else joiner?.kill('SIGKILL');
      await room.waitFor(() => ref() !== undefined && ref() !== before, { signal });
      awayMs.push(Math.round(performance.now() - killedAt));
      await eventually(isRecording, { signal });
    }
    await host.leave();
    await customer.watched.until(() => customer.callbacks.some((one) => callbackName(one) === 'audio'), signal);
    const told = customer.callbacks.map(callbackName);
    const [afterBrowser = NaN, afterJoiner = NaN] = awayMs;
    return [
      {
        check: `back ${afterBrowser} ms after its browser was killed (within 15 s)`,
        passed: afterBrowser < BACK_WITHIN_MS,
      },
      {
        check: `back ${afterJoiner} ms after its joiner was killed (within 30 s)`,
        passed: afterJoiner < BACK_FROM_JOINER_MS,
      },
      {
        check: `its customer heard of one visit: ${told.join(', ')}`,
        passed: told.slice(0, 4).join() === 'joining,InMeeting,Stopped,audio',
      },
    ];
  },
};

/** The processes that this one started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
