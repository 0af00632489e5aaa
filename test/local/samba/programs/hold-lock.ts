import { tryHold } from '../../../../local/samba/lock.ts';

// Takes the lock that is named in the arguments, says so, and lives on until it is killed.
const hold = await tryHold(process.argv[2] ?? '');
console.log(hold === undefined ? 'taken' : 'held');
setInterval(() => {}, 60_000);
