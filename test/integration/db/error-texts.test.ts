import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '@earshot/db';
import { testDatabase } from '@earshot/harness';

describe('openDatabase', () => {
  let database: Database;
  beforeAll(() => void (database = testDatabase('error_texts')));
  afterAll(() => database[Symbol.asyncDispose]());

  it('says nothing of the values in a failed statement, which are customers’ data', async () => {
    const failed: unknown = await database
      .knex('nowhere')
      .insert({ meeting_url: 'https://zoom.us/j/85312345678?pwd=s3cret' })
      .catch((error: unknown) => error);
    expect(String(failed)).toContain('nowhere');
    expect(String(failed)).not.toContain('s3cret');
  });
});
