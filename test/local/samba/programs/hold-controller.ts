import { startDomainController } from '../../../../local/samba/domain-controller.ts';

// Starts a controller, prints how to reach it as one line of JSON, and lives on until it is killed.
const dc = await startDomainController();
console.log(JSON.stringify({ address: dc.address, folder: dc.folder, url: dc.url, caFile: dc.caFile }));
setInterval(() => {}, 60_000);
