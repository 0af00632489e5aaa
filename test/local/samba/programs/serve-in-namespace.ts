import { startDomainController } from '../../../../local/samba/domain-controller.ts';
import { find } from '../../../../local/samba/search.ts';
import { reexecInUserNamespace } from '../../../../local/samba/user-namespace.ts';

// What a start script does: goes on inside if it has to, then uses a controller. Ends with 7 to show that codes pass.
const code = await reexecInUserNamespace();
if (code !== undefined) {
  console.log(`outside: ${code}`);
  process.exit(code);
}
const dc = await startDomainController();
const domain = await find(dc, dc.baseDn, ['dc']);
console.log(`inside: ${domain?.values.dc?.[0]}`);
await dc.stop();
process.exitCode = 7;
