import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop());

/** The shell blocks below a heading of the README. */
async function blocksBelow(heading: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
}

describe('the README', () => {
  it('leads in five minutes from Graph to AD, word for word', async () => {
    const [tour = ''] = await blocksBelow('Five minutes');
    const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-readme-'));
    try {
      await symlink(dirname(world.stack.stackFile), join(folder, '.local'));
      const { stdout } = await run('bash', ['-eu', '-c', tour], { cwd: folder });
      expect(stdout).toContain('"displayName":"Apollo"');
      expect(stdout).toMatch(/^dn: CN=Apollo_[0-9a-f]{12},OU=EntraWriteback,/m);
      expect(stdout).toMatch(/^groupType: 8$/m);
      expect(stdout).toMatch(/^adminDescription: Group_/m);
      expect(stdout).toMatch(/^member/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('names scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const [commands = ''] = await blocksBelow('Two commands');
    const named = [...commands.matchAll(/npm (start|test|run (\S+))/g)].map(
      ([, word, script]) => script ?? word,
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts).toHaveProperty(String(name));
  });
});
