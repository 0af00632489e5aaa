import type { ForestFacts } from '../../domain/index.ts';
import type { Organization } from '../../graph/index.ts';
import { type Policy, requirements } from '../../policy/index.ts';
import type { Known } from './discover.ts';

/** What the writeback of devices asks of tenant and forest. */
export type DeviceNeeds = {
  /** Whether a rule of the policy writes devices. */
  readonly written: boolean;
  /** What is known to be missing for it, where one does. */
  readonly missing: readonly { readonly what: 'licence' | 'schema'; readonly message: string }[];
};

/** objectVersion of the schema of Windows Server 2012 R2, the first with msDS-Device (MS-ADSC §2.136). */
const firstSchema = 69;

/** Licence and schema, as Microsoft's device writeback needs them. What is not known is not missing. */
export function deviceNeeds(
  policy: Policy,
  organization: Known<Pick<Organization, 'licence'>>,
  forest: Known<Pick<ForestFacts, 'schemaVersion'>>,
): DeviceNeeds {
  const { written } = requirements(policy).devices;
  const missing: DeviceNeeds['missing'][number][] = [];
  if (written && organization.known && organization.value.licence === 'free') {
    const message =
      'Device writeback needs a licence of Entra ID P1 or P2, and this tenant has neither: get one, or take the rules for devices out of the policy.';
    missing.push({ what: 'licence', message });
  }
  if (written && forest.known && forest.value.schemaVersion < firstSchema) {
    const message = `Device writeback needs the schema of Windows Server 2012 R2 (${firstSchema}), and this forest has ${forest.value.schemaVersion}: raise it with adprep /forestprep.`;
    missing.push({ what: 'schema', message });
  }
  return { written, missing };
}
