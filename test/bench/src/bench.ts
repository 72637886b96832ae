/** Measures one thing and says how. The figures are printed; nothing is asserted of them. */
export interface Bench {
  readonly measures: string;
  run(): Promise<Readonly<Record<string, unknown>>>;
}

/** The value below which `share` of the values lie, to a tenth. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN) * 10) / 10;
}
