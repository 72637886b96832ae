import type { DebugArtifact } from '@earshot/contract/media/v1/media.ts';

/**
 * What failed attempts to join looked like, one item an attempt. The documentation leaves the items' shape open; `page_url`
 * gives the page's HTML as text.
 */
export function toScreenshots(botId: string, kept: readonly (DebugArtifact & { readonly url: string })[]) {
  const attempts = [...new Set(kept.map(({ attempt }) => attempt))];
  const screenshots = attempts.map((attempt) => {
    const of = kept.filter((each) => each.attempt === attempt);
    const urlOf = (artifact: DebugArtifact['artifact']) => of.find((each) => each.artifact === artifact)?.url ?? null;
    return {
      attempt,
      reason: of[0]?.reason ?? '',
      timestamp: of[0]?.takenAt?.toISOString() ?? null,
      screenshot_url: urlOf('ARTIFACT_SCREENSHOT'),
      page_url: urlOf('ARTIFACT_PAGE'),
    };
  });
  return { bot_id: botId, screenshots_count: screenshots.length, screenshots };
}
