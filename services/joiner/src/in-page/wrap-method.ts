/** Has `then` run in the place of a method; what goes wrong beside the page's own call is not the page's to suffer. */
export function wrapMethod<T extends object>(
  prototype: T,
  method: keyof T & string,
  then: (call: () => unknown, self: T, args: unknown[]) => unknown,
): void {
  const native = prototype[method] as (...args: unknown[]) => unknown;
  const wrapped = new Proxy(native, {
    apply(target, self: T, args: unknown[]) {
      let made: { result: unknown } | undefined;
      try {
        return then(() => (made = { result: Reflect.apply(target, self, args) }).result, self, args);
      } catch (error) {
        if (made) return made.result;
        throw error;
      }
    },
  });
  Object.defineProperty(prototype, method, { value: wrapped, writable: true, configurable: true });
}
