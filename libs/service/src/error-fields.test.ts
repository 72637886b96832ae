import { describe, expect, it } from 'vitest';
import { errorFields } from './error-fields.ts';

const link = 'https://us02web.zoom.us/j/85312345678?pwd=s3cret.1';

describe('errorFields', () => {
  it('logs links without passcodes, in messages, stacks and causes', () => {
    const cause = new Error(`could not open "${link}", https://teams.live.com/v2/#/meet/1?p=s3cret`);
    const told = JSON.stringify(errorFields(new Error(`visit of ${link} failed`, { cause })));
    expect(told).not.toContain('s3cret');
    expect(told).toContain('https://us02web.zoom.us/j/85312345678?...');
    expect(told).toContain('error-fields.test.ts');
  });

  it('leaves out what a library hangs on its errors, such as the failing row', () => {
    const error = Object.assign(new Error('violates check constraint'), {
      code: '23514',
      detail: `Failing row contains (1, ${link}).`,
      request: { url: link },
    });
    expect(errorFields(error)).toEqual({
      type: 'Error',
      message: 'violates check constraint',
      code: '23514',
      stack: expect.any(String) as string,
    });
  });

  it('logs the fields of our own errors', () => {
    expect(errorFields(Object.assign(new Error('no'), { fields: { botId: 'b' } }))).toMatchObject({
      fields: { botId: 'b' },
    });
  });
});
