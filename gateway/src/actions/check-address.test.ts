import { createEgress } from '@earshot/egress';
import { silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { checkAddress } from './check-address.ts';

const problemsOf = async (url: string, allow: string[] = []) => {
  await using egress = createEgress({ allow, log: silentLog });
  return checkAddress(egress, { field: 'callback_url', url, schemes: ['https', 'http'] });
};

it.each(['http://127.0.0.1:9000/hook', 'https://10.1.2.3/hook', 'https://localhost/hook', 'https://n8n.internal/hook'])(
  'names the setting that allows %s, which is private',
  async (url) => {
    const [problem] = await problemsOf(url);
    expect(problem).toMatchObject({
      field: 'callback_url',
      message: expect.stringContaining('EGRESS_ALLOW') as string,
    });
    expect(await problemsOf(url, [new URL(url).hostname])).toEqual([]);
  },
);

it.each(['ftp://a.example/', 'https://user:secret@10.1.2.3/', 'no address', 'http://93.184.215.14/'])(
  'names no setting where none helps: %s',
  async (url) => {
    const [problem] = await problemsOf(url);
    expect(problem?.message).toMatch(/^cannot be used: /);
    expect(problem?.message).not.toContain('EGRESS_ALLOW');
  },
);
