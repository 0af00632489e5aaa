import { once } from 'node:events';
import { defaultRealm } from './controller.ts';
import { ensureSamba } from './packages.ts';
import { startSeededController } from './seeded-controller.ts';
import { reexecInUserNamespace } from './user-namespace.ts';

// A domain controller for a person to look around in: `node local/samba/main.ts`, Ctrl-C ends it.
await ensureSamba();
const code = await reexecInUserNamespace();
if (code !== undefined) process.exit(code);

const { dc, directory } = await startSeededController();
// Listens before the person can read that Ctrl-C works.
const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
console.log(`A domain controller of ${defaultRealm} with ${directory.people.length} people. Ctrl-C ends it.

  LDAPS           ${dc.url}
  authority       ${dc.caFile}
  administrator   ${dc.bindDn}
  password        ${dc.password}
  base            ${dc.baseDn}
  writeback OU    ${directory.writebackOu}
  service account ${directory.serviceAccount.bindDn}
  its password    ${directory.serviceAccount.password}

LDAPTLS_CACERT=${dc.caFile} ldapsearch -x -H ${dc.url} -D '${dc.bindDn}' -w '${dc.password}' -b '${dc.baseDn}' '(objectClass=group)' cn`);
// A pending signal listener alone does not keep a process alive.
const alive = setInterval(() => {}, 60_000);
await ended;
clearInterval(alive);
await dc.stop();
