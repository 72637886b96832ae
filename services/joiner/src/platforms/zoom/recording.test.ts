import { describe, expect, it } from 'vitest';
import type { RecordingPermission } from '../../domain/recording-permission.ts';
import { zoomPermission, type ZoomRecordingMarks } from './recording.ts';

const blank: ZoomRecordingMarks = {
  hasFooter: true,
  hasRecordControl: true,
  hasItem: false,
  canRequest: false,
  isAllowed: false,
  isDenied: false,
  isIgnored: false,
};

describe('zoomPermission', () => {
  it.each<[string, Partial<ZoomRecordingMarks>, RecordingPermission, RecordingPermission | undefined]>([
    ['asks where there is a control', {}, 'unknown', undefined],
    ['asks where the menu is open', { hasItem: true, canRequest: true }, 'unknown', undefined],
    ['does not ask without a control', { hasRecordControl: false }, 'unknown', 'not-offered'],
    ['waits for the footer', { hasRecordControl: false, hasFooter: false }, 'unknown', 'unknown'],
    ['does not ask where the host forbids requests', { hasItem: true }, 'unknown', 'not-offered'],
    ['does not ask in a meeting that is recorded', { isAllowed: true }, 'unknown', 'not-offered'],
    ['waits for an answer', {}, 'asked', 'asked'],
    ['sees a grant', { isAllowed: true }, 'asked', 'allowed'],
    ['sees a refusal', { isDenied: true }, 'asked', 'denied'],
    ['sees a request that ran out', { isIgnored: true }, 'asked', 'ignored'],
    ['remembers a refusal', {}, 'denied', 'denied'],
    ['sees a host who thinks better of it', { isAllowed: true }, 'denied', 'allowed'],
    ['remembers a grant', {}, 'allowed', 'allowed'],
    ["takes no notice of refusals that are somebody else's", { isDenied: true }, 'unknown', undefined],
  ])('%s', (_, marks, before, expected) => {
    expect(zoomPermission({ ...blank, ...marks }, { before, tries: 0 })).toBe(expected);
  });

  it('gives up a page that cannot be asked', () => {
    expect(zoomPermission(blank, { before: 'unknown', tries: 4 })).toBe('not-offered');
    expect(zoomPermission(blank, { before: 'asked', tries: 400 })).toBe('asked');
  });
});
