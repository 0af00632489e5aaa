import { ensureSamba } from '../../local/samba/packages.ts';
import { reexecInUserNamespace } from '../../local/samba/user-namespace.ts';
import { benchAlerts } from './alerts.ts';
import { benchEvaluation } from './evaluation.ts';
import { benchGraphCost } from './graph-cost.ts';
import { benchLatency } from './latency.ts';
import { benchMembership } from './membership.ts';
import { format, type Row } from './report.ts';
import { benchStart } from './start.ts';
import { benchDevices, benchUsers } from './users-devices.ts';

/** `npm run bench`: the figures of docs/performance.md. A name as argument runs that part only. */
const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  evaluation: benchEvaluation,
  latency: benchLatency,
  membership: benchMembership,
  users: benchUsers,
  devices: benchDevices,
  start: benchStart,
  'graph-cost': benchGraphCost,
  alerts: benchAlerts,
};

await ensureSamba();
const exitCode = await reexecInUserNamespace();
if (exitCode !== undefined) process.exit(exitCode);
const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  console.log(format(await bench()));
}
process.exit(0);
