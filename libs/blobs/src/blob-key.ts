import { AppError } from '@earshot/kernel';

const allowed = /^[A-Za-z0-9/._-]+$/;
const maxKeyLength = 1024;
/** File systems end at 255 bytes a name; the rest is left to side files. */
const maxSegmentLength = 200;

/** Throws `invalid-argument` for a key that is not a relative path of plain names. */
export function checkKey(key: string): void {
  if (key.length > maxKeyLength || !allowed.test(key) || !key.split('/').every(isPlainName)) {
    throw new AppError('invalid-argument', 'not a blob key', { fields: { key } });
  }
}

/** Throws `invalid-argument` for what no key can begin with. The empty prefix is every key's. */
export function checkPrefix(prefix: string): void {
  // What stands behind the last slash is the beginning of a name, not a name: `a/.` may go on as `a/.b`.
  const [partial = '', ...names] = prefix.split('/').reverse();
  const isPossible =
    prefix === '' || (allowed.test(prefix) && names.every(isPlainName) && partial.length <= maxSegmentLength);
  if (!isPossible || prefix.length > maxKeyLength) {
    throw new AppError('invalid-argument', 'not a blob prefix', { fields: { prefix } });
  }
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= maxSegmentLength;
}
