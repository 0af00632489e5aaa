import { styleText } from 'node:util';
import type { Operation } from '../shared/domain/index.ts';

const dim = (text: string): string => styleText('dim', text);

/** How many members an operation names. */
const named = 5;

/** One LDAP operation as people read it: what, on which object, and each value before and after. */
export function renderOperation(operation: Operation): readonly string[] {
  switch (operation.op) {
    case 'create':
      return [
        `  create ${operation.dn}`,
        ...Object.entries(operation.attributes).map(([name, values]) => line(name, list(values))),
      ];
    case 'reanimate':
      return ['  bring back from the Recycle Bin', line('to', operation.to)];
    case 'modify':
      return [
        `  modify ${operation.dn}`,
        ...Object.entries(operation.replace).map(([name, values]) =>
          line(name, `${list(operation.before[name] ?? [])} → ${list(values)}`),
        ),
      ];
    case 'move':
      return [`  move   ${operation.dn}`, line('to', operation.to)];
    case 'addMembers':
      return members('add', operation.members);
    case 'removeMembers':
      return members('remove', operation.members);
    case 'delete':
      return [styleText('red', `  delete ${operation.dn}`)];
  }
}

const line = (name: string, text: string): string => `      ${name.padEnd(30)} ${text}`;

function members(verb: string, all: readonly string[]): readonly string[] {
  const more = all.length - named;
  return [
    `  ${verb} ${all.length} member${all.length === 1 ? '' : 's'}`,
    ...all.slice(0, named).map((dn) => `      ${dn}`),
    ...(more > 0 ? [dim(`      … and ${more} more`)] : []),
  ];
}

type Value = string | { readonly base64: string };

const list = (values: readonly Value[]): string =>
  values.length === 0
    ? dim('nothing')
    : values.map((value) => (typeof value === 'string' ? value : `base64 ${value.base64}`)).join(', ');
