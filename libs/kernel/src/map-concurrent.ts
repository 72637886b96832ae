/**
 * Works on every item, no more than `concurrency` at a time, and answers the results in the items' order. After a failure no
 * other item is begun, and the first failure is thrown.
 */
export async function mapConcurrent<In, Out>(
  items: Iterable<In>,
  { concurrency }: { readonly concurrency: number },
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const waiting = [...items].entries();
  const results: Out[] = [];
  let hasFailed = false;
  const worker = async () => {
    for (const [index, item] of waiting) {
      if (hasFailed) return;
      results[index] = await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}
