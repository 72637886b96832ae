/** Playwright's texts carry the page's address, which may carry a passcode: only the kind of error is logged. */
export function pageError(error: unknown): string {
  return error instanceof Error ? error.name : 'error';
}
