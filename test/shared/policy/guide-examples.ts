import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { desiredObject } from '../../../shared/desired/index.ts';
import type { Snapshot } from '../../../shared/domain/index.ts';
import { evaluate } from '../../../shared/policy/index.ts';
import { attributesOf } from '../desired/object.ts';
import { deleted, device, group, type Over, policyOf, unified, user } from './world.ts';

/** Examples of a guide: a policy, then what becomes of objects under it. */
export type Example = { readonly section: string; readonly yaml: string; readonly expectations: string };

export type Block = { readonly language: string; readonly text: string; readonly section: string };

/** The blocks of code of a page in docs/, those in lists too. */
export function blocksOf(page: string): readonly Block[] {
  const guide = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  const fences = /^(?<indent> *)```(?<language>\w+)\n(?<text>(?:.*\n)*?)^ *```$/gm;
  return [...guide.matchAll(fences)].map(({ groups, index }) => ({
    language: groups?.language ?? '',
    text: (groups?.text ?? '').replaceAll(new RegExp(`^${groups?.indent ?? ''}`, 'gm'), ''),
    section: guide.slice(0, index).split('\n## ').at(-1)?.split('\n')[0] ?? '',
  }));
}

/** Every policy that is followed by what becomes of objects. */
export const examplesOf = (blocks: readonly Block[]): readonly Example[] =>
  blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    const isExpectation = next?.language === 'yaml' && next.text.startsWith('- given:');
    return isExpectation ? [{ section: block.section, yaml: block.text, expectations: next.text }] : [];
  });

const Expectations = z.array(
  z.strictObject({ given: z.record(z.string(), z.unknown()), becomes: z.record(z.string(), z.unknown()) }),
);

/** What an example says, and what the code says. */
export const outcomesOf = ({ yaml, expectations }: Example) =>
  Expectations.parse(parse(expectations)).map(({ given, becomes }) => ({
    said: { given, becomes },
    seen: { given, becomes: outcomeOf(snapshotOf(given), yaml, given.written) },
  }));

const kinds: Readonly<Record<string, Over>> = {
  security: {},
  distributionList: { mailEnabled: true, securityEnabled: false },
};

function snapshotOf(given: Over): Snapshot {
  const {
    kind,
    presence = 'present',
    writebackEnabled = null,
    dynamic,
    user: isUser,
    device: isDevice,
    written: _written,
    ...rest
  } = given;
  if (presence === 'deleted') return deleted(isUser ? 'user' : isDevice ? 'device' : 'group');
  const over = { presence };
  if (isUser) return user(rest, over);
  if (isDevice) return device(rest, over);
  const properties = {
    ...rest,
    ...(dynamic === true && { groupTypes: ['DynamicMembership'] }),
    writebackConfiguration: { isEnabled: writebackEnabled, onPremisesGroupType: null },
  };
  return kind === 'microsoft365'
    ? unified(properties, over)
    : group({ ...kinds[String(kind)], ...properties }, over);
}

/** Everything that a guide may speak of, side by side. `written` is true, or names the rule that wrote the object. */
function outcomeOf(snapshot: Snapshot, yaml: string, written: unknown): Over {
  const policy = policyOf(yaml);
  const { decision, violations, write } = evaluate({
    snapshot,
    policy,
    context: written ? { previous: { rule: typeof written === 'string' ? written : null } } : {},
  });
  const desired = write && desiredObject(snapshot, write, policy.exchange);
  return {
    ...write?.settings,
    ...decision,
    ...desired,
    ...(desired && { attributes: attributesOf(desired) }),
    violation: violations[0]?.code,
  };
}
