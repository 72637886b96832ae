import { describe, expect, it } from 'vitest';
import { toScreenshots } from './screenshots.ts';

const takenAt = new Date('2026-01-02T03:04:05.678Z');
const kept = (attempt: number, artifact: 'ARTIFACT_SCREENSHOT' | 'ARTIFACT_PAGE', url: string) => ({
  ...{ attempt, artifact, url, takenAt, reason: 'denied', bytes: 1 },
});

describe('toScreenshots', () => {
  it('gives each attempt its screenshot and its page', () => {
    const all = [kept(1, 'ARTIFACT_PAGE', 'p1'), kept(1, 'ARTIFACT_SCREENSHOT', 's1'), kept(2, 'ARTIFACT_PAGE', 'p2')];
    const common = { reason: 'denied', timestamp: takenAt.toISOString() };
    expect(toScreenshots('b', all)).toEqual({
      bot_id: 'b',
      screenshots_count: 2,
      screenshots: [
        { attempt: 1, ...common, screenshot_url: 's1', page_url: 'p1' },
        { attempt: 2, ...common, screenshot_url: null, page_url: 'p2' },
      ],
    });
  });

  it('is empty for a bot that got in', () => {
    expect(toScreenshots('b', [])).toEqual({ bot_id: 'b', screenshots_count: 0, screenshots: [] });
  });
});
