import { FakeClock, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { ShownMicrophone } from '../domain/microphone-control.ts';
import { BotDevices } from './bot-devices.ts';
import type { WorkerEvent } from './ipc.ts';

/** A page whose presses take effect when they are let go. */
function devicesOf({ showsPicture = false } = {}) {
  const events: WorkerEvent[] = [];
  const presses: string[] = [];
  const page = {
    microphone: 'muted' as ShownMicrophone,
    camera: 'off' as 'on' | 'off' | 'unknown',
    /** What it answers whoever asks; later than it was so. */
    stale: undefined as { askedAt: number; shown: ShownMicrophone } | undefined,
    held: undefined as Promise<unknown> | undefined,
  };
  const controls = { wantsMicrophone: false, wantsCamera: showsPicture };
  const devices = new BotDevices({
    controls,
    page: {
      devices() {
        const { askedAt = performance.now(), shown = page.microphone } = page.stale ?? {};
        return { askedAt, microphone: { shown, isInvited: false }, camera: page.camera };
      },
      async setMicrophone(isOn) {
        presses.push(isOn ? 'unmute' : 'mute');
        await page.held;
        return (page.microphone = isOn ? 'on' : 'muted');
      },
      async setCamera(isOn) {
        presses.push(isOn ? 'camera on' : 'camera off');
        page.camera = isOn ? 'on' : 'off';
        return true;
      },
    },
    clock: new FakeClock(),
    log: silentLog,
    emit: (event) => events.push(event),
  });
  const look = async () => {
    await devices.look();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const states = () => events.flatMap((event) => (event.case === 'microphone' ? [event.state] : []));
  const speak = async (isSpeaking: boolean) => {
    controls.wantsMicrophone = isSpeaking;
    if (isSpeaking) devices.pressMicrophone();
    else await devices.look();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { page, controls, presses, look, speak, states, devices };
}

it('reports how the microphone stands while there is something to say, and nothing else', async () => {
  const { page, look, speak, states, presses } = devicesOf();
  page.microphone = 'on';
  await look();
  expect([presses, states()]).toEqual([['mute'], []]);
  await speak(true);
  await look();
  expect([presses, states()]).toEqual([['mute', 'unmute'], ['on']]);
  page.microphone = 'muted';
  await look();
  await look();
  expect(states()).toEqual(['on', 'muted-by-host']);
  // Something else: nobody has looked between the two.
  await speak(true);
  expect(states()).toEqual(['on', 'muted-by-host', 'on']);
  await speak(false);
  expect(presses).toEqual(['mute', 'unmute', 'unmute', 'mute']);
});

it('says at once that nobody knows, where the page has no button', async () => {
  const { page, look, speak, states, presses } = devicesOf();
  page.microphone = 'unknown';
  await look();
  await speak(true);
  expect([presses, states()]).toEqual([[], ['unknown']]);
});

it('takes no look from before a press for what came of it', async () => {
  const { page, look, speak, states, presses } = devicesOf();
  await look();
  const before = performance.now();
  await speak(true);
  page.stale = { askedAt: before, shown: 'muted' };
  await look();
  expect([presses, states()]).toEqual([['unmute'], ['on']]);
});

it('mutes what was unmuted for something that is over by then', async () => {
  const { page, look, speak, presses } = devicesOf();
  await look();
  const { promise, resolve } = Promise.withResolvers<void>();
  page.held = promise;
  await speak(true);
  await speak(false);
  expect(presses).toEqual(['unmute']);
  resolve();
  await new Promise((done) => setImmediate(done));
  expect(presses).toEqual(['unmute', 'mute']);
});

it('turns the camera on to show something, and off again what it has turned on', async () => {
  const { page, controls, look, presses } = devicesOf();
  await look();
  controls.wantsCamera = true;
  await look();
  await look();
  controls.wantsCamera = false;
  await look();
  await look();
  expect(presses).toEqual(['camera on', 'camera off']);
  // It is on without us.
  page.camera = 'on';
  controls.wantsCamera = true;
  await look();
  controls.wantsCamera = false;
  await look();
  expect(presses).toEqual(['camera on', 'camera off']);
});

it('leaves a camera alone that the host turns off again', async () => {
  const { page, look, presses } = devicesOf({ showsPicture: true });
  for (let n = 0; n < 4; n += 1) {
    page.camera = 'off';
    await look();
  }
  expect(presses).toEqual(['camera on', 'camera on']);
});
