/** The end of a switch that names every case; the compiler refuses a case that was forgotten. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected case: ${String(value)}`);
}
