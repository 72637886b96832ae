import { resolve } from 'node:path';
import { makeCertificates } from './certificates.ts';

/** `bin/certificates DIR`: an authority and a certificate for each service, for RPC_TLS_CA, RPC_TLS_CERT, RPC_TLS_KEY. */
const [dir, ...rest] = process.argv.slice(2);
if (!dir || rest.length > 0) {
  process.stderr.write('Which folder? bin/certificates DIR\n');
  process.exitCode = 64; // EX_USAGE, sysexits.h
} else {
  const files = Object.entries(makeCertificates(resolve(dir)));
  process.stdout.write(files.map(([name, { cert, key }]) => `${name.padEnd(14)}  ${cert}  ${key}\n`).join(''));
}
