import { execFileSync } from 'node:child_process';

/** Processes of the joiner's browsers: forked by this one, so those that run its child script. */
export function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes('joiner/src/browser/child.ts')).map((line) => Number.parseInt(line, 10));
}

/** The processes that run pages, anywhere below this one. */
export function renderersUnder(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const all = lines.map((line) => /^ *(\d+) +(\d+) (.*)/.exec(line)?.slice(1) ?? []);
  const below = (parent: number): number[] =>
    all.filter(([, ppid]) => Number(ppid) === parent).flatMap(([child]) => [Number(child), ...below(Number(child))]);
  const isRenderer = new Set(all.filter(([, , args]) => args?.includes('--type=renderer')).map(([id]) => Number(id)));
  return below(pid).filter((id) => isRenderer.has(id));
}
