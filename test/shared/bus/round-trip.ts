import { connect } from '../../../shared/bus/index.ts';
import { overWebSockets } from '../../../shared/bus/web-sockets.ts';

/** A process of its own, because Node reads NODE_EXTRA_CA_CERTS only at its start: sends one message and takes it. */
const [connectionString = '', proxy] = process.argv.slice(2);
const client = connect({ connectionString }, overWebSockets(proxy));
await client.createSender('rejected').sendMessages({ body: 'through port 443' });
const [message] = await client.createReceiver('rejected').receiveMessages(1);
process.stdout.write(String(message?.body));
process.exit(0);
