import { expect, it } from 'vitest';
import { chooseUser } from './user.ts';

const bare = 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:\nbin:x:2:2::/:\nnobody:x:65534:65534::/:\n';

it("takes PostgreSQL's own account where there is one", () => {
  expect(chooseUser(`${bare}postgres:x:101:104::/:\n`, 'nobody')).toEqual({ name: 'postgres', uid: 101, gid: 104 });
});

it('never shares an account with the browsers, on a bare machine either', () => {
  expect(chooseUser(bare, 'nobody').name).toBe('daemon');
  expect(chooseUser(bare, 'daemon').name).toBe('bin');
  expect(() => chooseUser('root:x:0:0::/:\nnobody:x:65534:65534::/:\n', 'nobody')).toThrow('none of the users');
});
