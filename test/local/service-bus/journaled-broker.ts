// A broker in a process of its own, so that a test can kill it. Usage: node journaled-broker.ts <journal file>
import { startBroker } from '../../../local/service-bus/broker.ts';
import { entitiesOf } from './world.ts';

const [, , journalFile] = process.argv;
if (journalFile === undefined) throw new Error('Name the journal file.');
const broker = await startBroker({ entities: entitiesOf({ plain: {} }), journalFile });
console.log(broker.connectionString);
