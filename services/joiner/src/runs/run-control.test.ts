import { FakeClock, silentLog } from '@earshot/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlSocket } from '../control/control-socket.ts';
import type { Assignment } from '../domain/bot.ts';
import type { Picture } from '../domain/picture.ts';
import { FakeVoice } from '../speech/fake-voice.fixture.ts';
import { createRunControl, type ControlledRun, type RunControl } from './run-control.ts';

const picture = (width: number): Picture => ({ type: 'image/png', width, height: 1, bytes: new Uint8Array(1) });
const batch = {} as Parameters<RunControl['onBatch']>[0];

describe('createRunControl', () => {
  let done: string[];
  let clock: FakeClock;
  let run: RunControl;
  let controlled: ControlledRun;
  let messageId: string;
  function open(controlSocketUrl: string): void {
    run = createRunControl({
      assignment: { controlSocketUrl } as Assignment,
      place: {
        sendChat(message) {
          messageId = message.messageId;
          done.push(`send ${message.text}`);
        },
        showImage: (shown) => void done.push(`show ${shown?.width ?? 'what it showed at first'}`),
      },
      ...{ voice: new FakeVoice(), textToSpeech: undefined, clock, log: silentLog },
      openControl(_, given): ControlSocket {
        controlled = given;
        done.push('open');
        return {
          onBatch: () => void done.push('batch'),
          setOtherBots: () => void done.push('other bots'),
          end: async ({ isHandedOver }) => void done.push(`end ${isHandedOver ? 'handed over' : 'left'}`),
        };
      },
    });
  }
  beforeEach(() => {
    done = [];
    clock = new FakeClock();
    open('wss://a.example');
  });

  it('opens a socket once the bot is inside, and closes it when it is out', async () => {
    run.onBatch(batch);
    run.onEntered();
    run.onEntered();
    run.onBatch(batch);
    run.setOtherBots([]);
    await run.end({ isHandedOver: false });
    await run.end({ isHandedOver: true });
    expect(done).toEqual(['open', 'batch', 'other bots', 'end left']);
  });

  it('opens none where none is ordered, and none for a bot that is out', async () => {
    await run.end({ isHandedOver: true });
    run.onEntered();
    open('');
    run.onEntered();
    expect(done).toEqual([]);
  });

  it('knows its own messages from the scheduler’s', async () => {
    run.onEntered();
    const sent = controlled.writeChat('Hello');
    expect(run.onChatSent('another', true)).toBe(false);
    expect(run.onChatSent(messageId, true)).toBe(true);
    expect(run.onChatSent(messageId, true)).toBe(false);
    expect(await sent).toBe(true);
    const lost = controlled.writeChat('Bye');
    await run.end({ isHandedOver: false });
    expect([await lost, await controlled.writeChat('again')]).toEqual([false, false]);
  });

  it.each<[string, (show: (width: number, displayMs?: number) => void) => Promise<void>, string[]]>([
    ['for good', async (show) => show(1), ['show 1']],
    [
      'for a while, and then what it showed at first',
      async (show) => {
        show(1, 5000);
        await clock.advance(5000);
      },
      ['show 1', 'show what it showed at first'],
    ],
    [
      'the last of several, and then what stood before the first of them',
      async (show) => {
        show(1);
        show(2, 5000);
        await clock.advance(1000);
        show(3, 10_000);
        await clock.advance(5000);
        await clock.advance(5000);
      },
      ['show 1', 'show 2', 'show 3', 'show 1'],
    ],
    [
      'what is to stay, also while another was shown for a while',
      async (show) => {
        show(1, 5000);
        show(2);
        await clock.advance(5000);
      },
      ['show 1', 'show 2'],
    ],
    [
      'nothing once it is out',
      async (show) => {
        show(1, 5000);
        await run.end({ isHandedOver: false });
        await clock.advance(5000);
        show(2);
      },
      ['show 1'],
    ],
  ])('shows a picture %s', async (_, act, expected) => {
    await act((width, displayMs = 0) => run.showImage(picture(width), displayMs));
    expect(done).toEqual(expected);
  });
});
