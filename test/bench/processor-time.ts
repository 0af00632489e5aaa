import { readdir, readFile } from 'node:fs/promises';

/** Ticks a second in /proc (proc(5), sysconf(_SC_CLK_TCK)); Linux has no other value on any machine that Node runs on. */
const ticks = 100;

/**
 * Seconds of processor time that this process and all that it has started have used so far. On a machine that has other
 * work to do it says more than the clock.
 */
export async function processorSeconds(): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = (await Promise.all(ids.map(read))).flatMap((one) => one ?? []);
  const ours = new Set([process.pid]);
  for (let before = 0; before !== ours.size; ) {
    before = ours.size;
    for (const { id, parent } of processes) if (ours.has(parent)) ours.add(id);
  }
  return processes.filter(({ id }) => ours.has(id)).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** What /proc says of a process; undefined where it has just ended. */
async function read(name: string) {
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name of the program stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  return { id: Number(name), parent: parent ?? 0, seconds: ((user ?? 0) + (system ?? 0)) / ticks };
}
