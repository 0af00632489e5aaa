import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';

/**
 * The parts of rhea that the broker uses, typed. rhea's own declarations say `any` for most of them and leave out the
 * internals (names with an underscore, `local`, `outgoing`) without which the Service Bus dialect cannot be spoken.
 */
const require = createRequire(import.meta.url);
export const rhea: Rhea = require('rhea');
export const frames: Frames = require('rhea/lib/frames.js');

/** An AMQP value together with its wire type. */
export interface Typed {
  readonly value: unknown;
  readonly descriptor?: Typed;
}

/** A performative, section or outcome that can be written to the wire. */
export interface Composite {
  described(): Typed;
}

export interface AmqpError {
  readonly condition: string;
  readonly description: string;
}

interface Rhea {
  create_container(options: Readonly<Record<string, unknown>>): Container;
  readonly types: Types;
  readonly message: MessageCodec;
}

interface Types {
  readonly Reader: new (
    buffer: Buffer,
  ) => {
    readonly position: number;
    remaining(): number;
    read(): Typed;
  };
  readonly Writer: new () => { write(value: Typed): void; toBuffer(): Buffer };
  wrap(value: unknown): Typed;
  wrap_int(value: number): Typed;
  wrap_long(value: number | Buffer): Typed;
  wrap_ulong(value: number): Typed;
  wrap_string(value: string): Typed;
  wrap_uuid(value: Buffer): Typed;
  wrap_timestamp(milliseconds: number): Typed;
  wrap_list(values: readonly unknown[]): Typed;
  wrap_map(values: Readonly<Record<string, unknown>>): Typed;
  wrap_symbolic_map(values: Readonly<Record<string, unknown>>): Typed;
  wrap_array(values: readonly unknown[], typeCode: number): Typed;
  described(descriptor: Typed, value: Typed): Typed;
}

interface MessageCodec {
  decode(payload: Buffer): DecodedMessage;
  encode(message: Readonly<Record<string, unknown>>): Buffer;
  header(fields: { readonly ttl?: number | undefined; readonly delivery_count: number }): Composite;
  accepted(): Composite;
  rejected(fields: { readonly error: AmqpError }): Composite;
}

/** What a client sent, decoded but not yet checked. */
export interface DecodedMessage {
  readonly ttl?: unknown;
  readonly message_id?: unknown;
  readonly group_id?: unknown;
  readonly reply_to?: unknown;
  readonly message_annotations?: unknown;
  readonly application_properties?: unknown;
  readonly body?: unknown;
}

interface Frames {
  disposition(fields: {
    readonly role: boolean;
    readonly first: number;
    readonly last: number;
    readonly state: Typed;
    readonly settled: boolean;
  }): Composite;
}

export interface Container extends EventEmitter {
  listen(options: Readonly<Record<string, unknown>>): Server;
}

export interface Connection {
  readonly socket: Socket;
  /** The sessions by the channels that the other side gave them. */
  readonly remote_channel_map: Readonly<Record<number, Session | undefined>>;
  on_detach(frame: { readonly channel: number }): void;
  _register(): void;
  /** Without a performative: an empty frame, as used for keeping a connection alive. */
  _write_frame(channel: number): void;
}

export interface Session {
  readonly outgoing: {
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    available(): number;
  };
  output(performative: Composite): void;
  find_sender(matches: (link: Sender) => boolean): Sender | undefined;
  on_transfer(frame: { readonly performative: { message_format: number } }): void;
}

interface Link extends EventEmitter {
  readonly session: Session;
  readonly connection: Connection;
  readonly local: {
    readonly attach: {
      snd_settle_mode: number;
      rcv_settle_mode: number;
      max_message_size: number;
      properties: Readonly<Record<string, unknown>>;
    };
  };
  readonly source: Terminus | null;
  readonly target: Terminus | null;
  readonly snd_settle_mode: number;
  readonly rcv_settle_mode: number;
  readonly properties: unknown;
  set_source(fields: Terminus): void;
  set_target(fields: Terminus): void;
  close(error: AmqpError): void;
  _process(): void;
}

interface Terminus {
  readonly address?: string | null | undefined;
  readonly filter?: unknown;
}

/** The broker's end of a client's sender. */
export type Receiver = Link;

/** The broker's end of a client's receiver. */
export interface Sender extends Link {
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  readonly _draining: boolean;
  _drained: boolean;
  _get_drain(): boolean;
  send(payload: Buffer, tag: Buffer, format: number): Delivery;
  send(message: Readonly<Record<string, unknown>>): Delivery;
}

export interface Delivery {
  readonly id: number;
  readonly tag: Buffer;
  readonly link: Link;
  readonly remote_state: unknown;
  settled: boolean;
  remote_settled: boolean;
}
