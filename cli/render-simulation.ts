import { styleText } from 'node:util';
import type { ObjectLine, SimulationLine } from '../shared/flow/ask/simulate.ts';

type Summary = Extract<SimulationLine, { type: 'summary' }>;
type Started = Extract<SimulationLine, { type: 'started' }>;
export type ShownEffect = ObjectLine['effect'];

/** The objects of each effect that the report names. */
export type Named = Readonly<Record<ShownEffect, readonly ObjectLine[]>>;

const effects = ['create', 'change', 'freeze', 'remove', 'refuse'] as const satisfies readonly ShownEffect[];

const words: Readonly<
  Record<
    ShownEffect,
    {
      readonly sign: string;
      readonly title: string;
      readonly colour: 'green' | 'yellow' | 'blue' | 'red' | 'magenta';
    }
  >
> = {
  create: { sign: '+', title: 'would be created in AD', colour: 'green' },
  change: { sign: '~', title: 'would be changed in AD', colour: 'yellow' },
  freeze: { sign: '=', title: 'would be frozen: kept in AD, no longer updated', colour: 'blue' },
  remove: { sign: '-', title: 'would leave AD', colour: 'red' },
  refuse: { sign: '!', title: 'would be refused', colour: 'magenta' },
};

const bold = (text: string): string => styleText('bold', text);
const dim = (text: string): string => styleText('dim', text);
const heading = (text: string): string => styleText('underline', text);

/** A simulation as a page for the terminal: the sums first, then by rule, then the objects. */
export function renderSimulation(started: Started, named: Named, summary: Summary): string {
  const total = summary.evaluated;
  return [
    started.candidate === started.inForce
      ? `${bold(`Policy ${started.candidate}`)}, which is in force already`
      : `${bold(`Policy ${started.candidate}`)} compared with ${started.inForce}, which is in force`,
    dim(
      `${total} ${started.kinds.join('s, ')}s evaluated in ${summary.seconds.toFixed(1)} s; nothing was written`,
    ),
    '',
    ...effects.map((effect) => sumLine(effect, summary.effects[effect])),
    `    ${String(summary.effects.none).padStart(6)}  ${dim('would stay as they are')}`,
    ...(summary.unreadable > 0
      ? [styleText('red', `    ${String(summary.unreadable).padStart(6)}  could not be read`)]
      : []),
    '',
    ...sizesPart(summary.sizes),
    ...byRule(summary),
    ...effects.flatMap((effect) => section(effect, named[effect], summary.effects[effect])),
  ].join('\n');
}

function sumLine(effect: ShownEffect, count: number): string {
  const { sign, title, colour } = words[effect];
  const text = `  ${sign} ${String(count).padStart(6)}  ${title}`;
  return count > 0 ? styleText(colour, text) : dim(text);
}

/** What was looked at of members, and what was not. */
function sizesPart({ counted, remembered, unknown }: Summary['sizes']): readonly string[] {
  if (counted + remembered + unknown === 0) return [];
  const hidden = unknown > 0 ? `, ${unknown} show no members (Member.Read.Hidden)` : '';
  const text = `Sizes: ${counted} groups counted now, ${remembered} as last read${hidden}.`;
  return [dim(`  ${text} Who the members are was not looked at.`), ''];
}

function byRule({ byRule }: Summary): readonly string[] {
  const touching = byRule.filter((row) => effects.some((effect) => row[effect] > 0));
  if (touching.length === 0) return [];
  const width = Math.max(4, ...touching.map(({ rule }) => (rule ?? 'no rule').length));
  const cell = (count: number): string => (count > 0 ? String(count) : '·').padStart(8);
  return [
    heading('By rule'),
    dim(`  ${''.padEnd(width)}${effects.map((effect) => effect.padStart(8)).join('')}`),
    ...touching.map(
      (row) =>
        `  ${(row.rule ?? 'no rule').padEnd(width)}${effects.map((effect) => cell(row[effect])).join('')}`,
    ),
    '',
  ];
}

function section(effect: ShownEffect, lines: readonly ObjectLine[], count: number): readonly string[] {
  if (count === 0) return [];
  const { title, sign, colour } = words[effect];
  const more = count - lines.length;
  return [
    heading(`${count} ${title}`),
    ...lines.flatMap((line) => [
      `  ${styleText(colour, sign)} ${bold(line.displayName)}  ${dim(`${line.object.kind} ${line.object.id}`)}`,
      ...detailsOf(line).map((text) => `      ${text}`),
    ]),
    ...(more > 0 ? [dim(`  … and ${more} more: --limit ${count} names them all`)] : []),
    '',
  ];
}

function detailsOf(line: ObjectLine): readonly string[] {
  const { decision, differences, violations } = line;
  const rule = decision.rule === null ? '' : `, rule "${decision.rule}"`;
  const ending = 'mode' in decision ? `${endingOf(decision)}, ` : '';
  const sure = differences.filter(({ when }) => when === undefined);
  const withExchange = differences.filter(({ when }) => when === 'exchangePrepared');
  const withSchema = differences.filter(({ when }) => when === 'schemaHasIt');
  return [
    `${ending}${decision.reason}${rule}`,
    ...placeOf(line),
    ...sure.map(({ what, from, to }) => `${what}: ${value(from)} → ${value(to)}`),
    ...listed('with Exchange also', withExchange),
    ...listed('where the schema has it also', withSchema),
    ...violations.map(({ message }) => message),
  ];
}

/** Where the object would go, or where it is. */
function placeOf({ effect, place, now }: ObjectLine): readonly string[] {
  if (effect === 'create' && place) return [dim(`CN=${place.commonName},${place.container}`)];
  return now?.dn ? [dim(now.dn)] : [];
}

const listed = (words: string, differences: ObjectLine['differences']): readonly string[] =>
  differences.length === 0 ? [] : [`${words}: ${differences.map(({ what }) => what).join(', ')}`];

const endingOf = ({
  mode,
  graceDays,
  quarantine,
}: {
  mode?: unknown;
  graceDays?: unknown;
  quarantine?: unknown;
}): string =>
  [
    String(mode),
    ...(typeof quarantine === 'string' ? [`moved to ${quarantine}`] : []),
    ...(Number(graceDays) > 0 ? [`after ${String(graceDays)} days`] : []),
  ].join(' ');

function value(given: unknown): string {
  if (given === null || (Array.isArray(given) && given.length === 0)) return dim('nothing');
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
