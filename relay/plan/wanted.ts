import type { DesiredObject } from '../../shared/domain/index.ts';
import { accountAttributes } from './account.ts';
import { type TargetAttribute, targetAttributes } from './attributes.ts';
import { markersFor } from './markers.ts';
import type { ObservedObject } from './observed.ts';
import type { ChosenNames } from './place.ts';
import type { PlanInput } from './planned.ts';

/** The marker as target attributes: what makes or keeps the object ours. */
export const markerTargets = (desired: DesiredObject, input: PlanInput): readonly TargetAttribute[] =>
  Object.entries(markersFor(desired, input.facts)).map(([name, values]) => ({
    name,
    values,
    comparison: 'ignoreCase',
  }));

/** The sAMAccountName as a target attribute, where there is one to write. */
export const nameTarget = ({ samAccountName }: ChosenNames): readonly TargetAttribute[] =>
  samAccountName === undefined
    ? []
    : [{ name: 'sAMAccountName', values: [samAccountName], comparison: 'exact' }];

/** Everything that is written to the object but names, place, type and members. */
export function valueTargets(
  desired: DesiredObject,
  object: ObservedObject | undefined,
  input: PlanInput,
): readonly TargetAttribute[] {
  return [
    ...markerTargets(desired, input),
    ...targetAttributes(desired, input.references, input.facts, object === undefined),
    ...(desired.kind === 'user' ? accountAttributes(desired, object) : []),
  ];
}
