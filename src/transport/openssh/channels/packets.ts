/** What a packet of the SSH connection protocol is made of (RFC 4251, 5): bytes, `uint32`, `string`, `boolean`. */
export type Field =
  | { readonly uint32: number }
  | { readonly string: string | Uint8Array }
  | { readonly boolean: 'true' | 'false' };

/** Numbers of messages (RFC 4250, 4.1.2). */
export const message = {
  open: 90,
  openConfirmation: 91,
  openFailure: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(field => {
      if ('uint32' in field) return uint32(field.uint32);
      if ('boolean' in field) return Buffer.from([field.boolean === 'true' ? 1 : 0]);
      const bytes = Buffer.from(field.string);
      return Buffer.concat([uint32(bytes.length), bytes]);
    }),
  );
}

/** Puts the length before it, as both protocols over the control socket have it. */
export function frame(body: Uint8Array): Buffer {
  return Buffer.concat([uint32(body.length), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads the fields of a packet one after the other; throws a RangeError where it is too short. */
export class PacketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#forward(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#forward(4));
  }

  bytes(): Buffer {
    const length = this.uint32();
    const start = this.#forward(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  #forward(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw new RangeError('a packet is shorter than it says');
    this.#at += count;
    return start;
  }
}
