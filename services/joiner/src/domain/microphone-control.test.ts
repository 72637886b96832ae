import { MINUTE, SECOND } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import {
  microphoneState,
  nextPress,
  pressed,
  see,
  untouchedMicrophone,
  want,
  type ShownMicrophone,
} from './microphone-control.ts';

/** What happens, a second apart: it is wanted or not, or the page shows it so. What a press comes to stands behind an arrow. */
type Step = 'wanted' | 'unwanted' | 'asked' | 'a minute' | ShownMicrophone | `->${ShownMicrophone}`;

/** What is pressed and how it stands after each step. */
function walk(steps: readonly Step[]): string[] {
  let control = untouchedMicrophone;
  let now = 0;
  let isOn: boolean | undefined;
  return steps.map((step) => {
    now += step === 'a minute' ? MINUTE : SECOND;
    if (step === 'wanted' || step === 'unwanted') control = want(control, step === 'wanted');
    else if (step === 'asked') control = see(control, { shown: 'muted', isInvited: true });
    else if (step.startsWith('->'))
      control = pressed(control, { isOn: isOn ?? false, shown: step.slice(2) as ShownMicrophone, now });
    else if (step !== 'a minute') control = see(control, { shown: step as ShownMicrophone, isInvited: false });
    isOn = nextPress(control, now);
    const press = isOn === undefined ? '' : isOn ? ' unmute' : ' mute';
    return `${microphoneState(control, now)}${press}`;
  });
}

describe("the bot's microphone", () => {
  it.each<[string, Step[], string[]]>([
    ['is muted on entry where the page has it on', ['on', '->muted', 'muted'], ['on mute', 'muted', 'muted']],
    ['is left alone where it is muted, or nobody knows', ['muted', 'unknown'], ['muted', 'unknown']],
    [
      'is muted no more often than a press may be lost',
      ['on', '->on', '->on', '->on', 'on'],
      ['on mute', 'on mute', 'on mute', 'on', 'on'],
    ],
    [
      'is unmuted to speak, and muted again',
      ['muted', 'wanted', '->on', 'on', 'unwanted', '->muted'],
      ['muted', 'muted unmute', 'on', 'on', 'on mute', 'muted'],
    ],
    ['is unknown where the page has no button', ['unknown', 'wanted'], ['unknown', 'unknown']],
    [
      'is unmuted once the page has joined the sound',
      ['unjoined', 'wanted', 'muted', '->on'],
      ['muted', 'muted', 'muted unmute', 'on'],
    ],
    [
      'stays muted once the host has muted it in the middle, until there is something else to say',
      ['wanted', 'muted', '->on', 'muted', 'a minute', 'muted', 'unwanted', 'wanted', '->on', 'muted'],
      [
        ...['unknown', 'muted unmute', 'on', 'muted-by-host', 'muted-by-host', 'muted-by-host'],
        ...['muted', 'muted unmute', 'on', 'muted-by-host'],
      ],
    ],
    [
      'is unmuted when the host asks for it and there is something to say',
      ['wanted', 'muted', '->on', 'muted', 'asked', '->on', 'unwanted', '->muted', 'asked'],
      [
        ...['unknown', 'muted unmute', 'on', 'muted-by-host', 'muted-by-host unmute', 'on'],
        ...['on mute', 'muted', 'muted'],
      ],
    ],
    [
      'is tried once a minute where the page refuses, over speeches as well',
      ['wanted', 'muted', '->refused', 'muted', 'unwanted', 'wanted', 'a minute', '->on'],
      [...['unknown', 'muted unmute', 'forbidden', 'forbidden', 'forbidden', 'forbidden'], ...['muted unmute', 'on']],
    ],
    [
      'is forbidden where presses come to nothing',
      ['wanted', 'muted', '->muted', '->muted', '->muted', 'muted', 'a minute', '->muted'],
      [
        ...['unknown', 'muted unmute', 'muted unmute', 'muted unmute', 'forbidden', 'forbidden'],
        ...['muted unmute', 'forbidden'],
      ],
    ],
    [
      'is not pressed while its button is locked, and at once when it is not any more',
      ['wanted', 'muted', '->locked', 'locked', 'muted', '->on'],
      ['unknown', 'muted unmute', 'forbidden', 'forbidden', 'muted unmute', 'on'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(walk(steps)).toEqual(expected);
  });
});
