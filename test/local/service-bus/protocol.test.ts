// What the SDK does not do, but other AMQP clients may: rhea as the client, with its own declarations.
import { once } from 'node:events';
import rhea, { type Connection, type EventContext, type Receiver } from 'rhea';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rhea as amqp } from '../../../local/service-bus/amqp/rhea.ts';
import {
  bareMessage,
  encodeSections,
  section,
  sectionCode,
  withApplicationProperties,
  withMessageId,
} from '../../../local/service-bus/amqp/sections.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let connection: Connection;

beforeAll(async () => {
  world = await openWorld({ plain: {}, steps: { RequiresSession: true } });
  const container = rhea.create_container();
  connection = container.connect({ host: '127.0.0.1', port: world.broker.port, reconnect: false });
  await once(connection, 'connection_open');
});
afterAll(async () => {
  connection.close();
  await once(connection, 'connection_close');
  await world.close();
});

const peekLock = { autoaccept: false, credit_window: 0, snd_settle_mode: 0, rcv_settle_mode: 1 } as const;

async function nextMessage(receiver: Receiver): Promise<EventContext> {
  const [context] = await once(receiver, 'message');
  return context;
}

describe('a receiver', () => {
  test('may give credit together with its attach, and gets the answer to the attach first', async () => {
    await world.client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }]);
    const events: string[] = [];
    const receiver = connection.open_receiver({ ...peekLock, source: 'plain' });
    receiver.on('receiver_open', () => events.push('open'));
    receiver.on('message', () => events.push('message'));
    receiver.add_credit(1);
    const { delivery } = await nextMessage(receiver);
    expect(events).toEqual(['open', 'message']);
    delivery?.accept();
    receiver.close();
    await once(receiver, 'receiver_close');
    expect(world.broker.counts('plain')).toMatchObject({ active: 1, locked: 0 });
  });

  test('is told that it is drained even when it has no credit left', async () => {
    const receiver = connection.open_receiver({ ...peekLock, source: 'plain' });
    receiver.add_credit(1);
    const { delivery } = await nextMessage(receiver);
    delivery?.accept();
    receiver.drain_credit();
    await once(receiver, 'receiver_drained');
    receiver.close();
    await once(receiver, 'receiver_close');
  });

  test('that gives up waiting for a session gets none later', async () => {
    const filter = { 'com.microsoft:session-filter': null };
    const receiver = connection.open_receiver({ ...peekLock, source: { address: 'steps', filter } });
    receiver.close();
    // Links of one connection are served in turn: when this one is open, the other is closed.
    await once(connection.open_receiver({ ...peekLock, source: 'plain' }), 'receiver_open');
    await world.client.createSender('steps').sendMessages({ body: 1, sessionId: 'A' });
    expect((await world.client.acceptNextSession('steps')).sessionId).toBe('A');
  });
});

test('a detach that comes when its session is over does not cost the connection', async () => {
  const lost = once(connection, 'disconnected').then(() => 'disconnected');
  // Size 16, data offset 2, type AMQP, channel 9, which has no session; detach(handle 0, closed).
  connection.socket.write(Buffer.from('0000001002000009005316c003024341', 'hex'));
  const other = once(connection.open_receiver({ ...peekLock, source: 'plain' }), 'receiver_open');
  expect(await Promise.race([lost, other.then(() => 'still connected')])).toBe('still connected');
});

describe('the bytes of a sender', () => {
  const { types } = amqp;
  const ratio = encodeSections(types.wrap({ ratio: 2 }), amqpDouble(2));

  function amqpDouble(value: number) {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0x82;
    bytes.writeDoubleBE(value, 1);
    return new types.Reader(bytes).read();
  }

  const properties = section(
    sectionCode.properties,
    types.wrap_list([types.wrap(null), types.wrap(null), types.wrap_string('to')]),
  );
  const application = section(sectionCode.applicationProperties, types.wrap_map({ ratio: amqpDouble(2) }));
  const body = section(0x75, types.wrap(Buffer.from('body')));
  const double = Buffer.from([0x82, 0x40, 0, 0, 0, 0, 0, 0, 0]);

  test('keep their wire types when a property is added: a double of 2 stays a double', () => {
    const edited = withApplicationProperties(encodeSections(properties, application, body), { why: 'x' });
    expect(ratio.includes(double)).toBe(true);
    expect(edited.includes(double)).toBe(true);
    expect(amqp.message.decode(edited)).toMatchObject({
      to: 'to',
      application_properties: { ratio: 2, why: 'x' },
      body: { content: Buffer.from('body') },
    });
  });

  test('take a property or an identifier also where there was no such section', () => {
    const edited = withMessageId(withApplicationProperties(encodeSections(body), { why: 'x' }), 'id');
    expect(amqp.message.decode(edited)).toMatchObject({
      message_id: 'id',
      application_properties: { why: 'x' },
      body: { content: Buffer.from('body') },
    });
  });

  test('are all that is kept of a message: not its header and annotations', () => {
    const header = amqp.message.header({ ttl: 5, delivery_count: 3 }).described();
    const annotations = section(sectionCode.messageAnnotations, types.wrap_symbolic_map({ x: 1 }));
    const whole = encodeSections(header, annotations, properties, body);
    expect(bareMessage(whole)).toEqual(encodeSections(properties, body));
    expect(bareMessage(encodeSections(header, annotations))).toHaveLength(0);
  });
});
