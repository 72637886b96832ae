import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Finds files that import each other in a circle, types included: what `import-x/no-cycle` and its like leave out, since it
 * is gone at run time, still has to be read together. Run by `npm run check`.
 */
export function circlesIn(root: string, files: readonly string[]): string[][] {
  const imports = new Map(files.map((file) => [file, importsOf(root, file)]));
  return circlesOf(imports);
}

/** The groups of nodes that reach each other, by Tarjan's algorithm for strongly connected components. */
export function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const onPath = new Set<string>();
  const circles: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.get(node)!);
    path.push(node);
    onPath.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (onPath.has(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const circle = path.splice(path.indexOf(node));
    for (const member of circle) onPath.delete(member);
    if (circle.length > 1 || edges.get(node)?.includes(node)) circles.push(circle.sort());
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return circles;
}

function importsOf(root: string, file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName))
    .filter((target) => existsSync(join(root, target)));
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const options = { cwd: root, encoding: 'utf8' } as const;
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], options);
  const circles = circlesIn(
    root,
    files.split('\n').filter((file) => file !== '' && existsSync(join(root, file))),
  );
  for (const circle of circles) console.error(`these files import each other: ${circle.join(', ')}`);
  process.exitCode = circles.length === 0 ? 0 : 1;
}
