import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';

type Key = ReturnType<typeof nkeys.createUser>;

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unlimited = { subs: -1, data: -1, payload: -1 };
const accountLimits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const streamLimits = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** What one key says of another, as `nsc` writes it: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/jwt */
function sign(subject: Key, issuer: Key, nats: object): string {
  const claims = { jti: 'test', iat: 1, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name: 'test' };
  const text = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    { ...claims, nats: { version: 2, ...nats } },
  ]
    .map(base64)
    .join('.');
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}

/** The configuration of a server that knows users by their JWTs only, and one user's file of credentials. */
export function writeOperator(dir: string): { config: string; credentials: string } {
  const [operator, system, account, user] = [
    nkeys.createOperator(),
    nkeys.createAccount(),
    nkeys.createAccount(),
    nkeys.createUser(),
  ];
  const [config, credentials] = [join(dir, 'nats.conf'), join(dir, 'user.creds')];
  writeFileSync(
    config,
    `operator: ${sign(operator, operator, { type: 'operator' })}
resolver: MEMORY
system_account: ${system.getPublicKey()}
resolver_preload: {
  ${system.getPublicKey()}: ${sign(system, operator, { type: 'account', limits: accountLimits })}
  ${account.getPublicKey()}: ${sign(account, operator, { type: 'account', limits: { ...accountLimits, ...streamLimits } })}
}
`,
  );
  writeFileSync(
    credentials,
    `-----BEGIN NATS USER JWT-----
${sign(user, account, { type: 'user', ...unlimited })}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${Buffer.from(user.getSeed()).toString()}
------END USER NKEY SEED------
`,
  );
  return { config, credentials };
}
