import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { filePolicy } from '../../functions/policy-file.ts';
import { loadPolicy } from '../../shared/policy/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'policy-file-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const path = join(folder, 'policy.yaml');

const first = 'groups:\n  - rule: First\n    writeback: true\n';
const second = 'groups:\n  - rule: Second\n    writeback: true\n  - rule: Third\n    writeback: false\n';
const broken = 'groups:\n  - rule: Broken\n    writeback: maybe\n';
const versionOf = (text: string): string => {
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error('The policy of the test does not load.');
  return loaded.policy.version;
};

let nowMs = 0;
const open = () => filePolicy(path, () => nowMs);
/** What a look finds after as many seconds. */
const lookAfter = async (state: ReturnType<typeof open>, seconds: number) => {
  nowMs += seconds * 1000;
  const { policy, problem } = await state();
  return { version: policy.version, problem };
};
const isFirst = { version: versionOf(first), problem: undefined };
const isSecond = { version: versionOf(second), problem: undefined };

describe('the policy file', () => {
  beforeEach(() => writeFile(path, first));

  it('is read again when it has changed and stands still', async () => {
    const state = open();
    expect(await lookAfter(state, 0)).toEqual(isFirst);
    await writeFile(path, second);
    expect(await lookAfter(state, 1)).toEqual(isFirst);
    expect(await lookAfter(state, 2)).toEqual(isFirst);
    expect(await lookAfter(state, 2)).toEqual(isSecond);
  });

  it('is not taken by half while it is being written', async () => {
    const state = open();
    await lookAfter(state, 0);
    for (const length of [0, 43, second.length]) {
      await writeFile(path, second.slice(0, length));
      expect(await lookAfter(state, 2)).toEqual(isFirst);
    }
    expect(await lookAfter(state, 2)).toEqual(isSecond);
  });

  it('with a mistake leaves the policy in force, and says where it is', async () => {
    const state = open();
    await lookAfter(state, 0);
    await writeFile(path, broken);
    await lookAfter(state, 2);
    const { version, problem } = await lookAfter(state, 2);
    expect(version).toBe(isFirst.version);
    expect(problem).toContain(`${path}:3:16: groups[0].writeback`);
    await writeFile(path, second);
    await lookAfter(state, 2);
    expect(await lookAfter(state, 2)).toEqual(isSecond);
  });

  it('that is gone, or in its place a folder, leaves the policy in force until it is back', async () => {
    const state = open();
    await lookAfter(state, 0);
    await rename(path, `${path}.aside`);
    expect(await lookAfter(state, 2)).toEqual(isFirst);
    const gone = await lookAfter(state, 2);
    expect(gone.version).toBe(isFirst.version);
    expect(gone.problem).toMatch(/POLICY_FILE names .*policy\.yaml.*\(ENOENT\)\. Put the file there/);
    expect(await lookAfter(state, 60)).toEqual(gone);
    await mkdir(path);
    await lookAfter(state, 2);
    expect((await lookAfter(state, 2)).problem).toContain('EISDIR');
    await rmdir(path);
    await rename(`${path}.aside`, path);
    await lookAfter(state, 2);
    expect(await lookAfter(state, 2)).toEqual(isFirst);
  });

  it.each([
    ['is not there', () => rm(path), 'ENOENT'],
    ['does not load', () => writeFile(path, broken), 'groups[0].writeback'],
  ])('that %s at the start gives no policy, and one as soon as it is mended', async (_what, spoil, why) => {
    await spoil();
    const state = open();
    await expect(state()).rejects.toThrow(why);
    await writeFile(path, second);
    expect(await lookAfter(state, 0)).toEqual(isSecond);
  });

  it('is the default policy where none is named', async () => {
    expect((await filePolicy(undefined)()).policy.version).toBe(versionOf(''));
  });
});
