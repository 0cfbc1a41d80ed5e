import type { KernelState } from '../../kernel/state.ts';
import { hashBytes } from '../engine/index.ts';

const TAG = { number: 1, text: 2, true: 3, false: 4, null: 5, undefined: 6, reference: 7, bigint: 8 } as const;
const KIND = { object: 16, array: 17, map: 18, set: 19, u8: 20, u32: 21, pages: 22 } as const;

/** Bytes that only grow, in host order: hashes are compared within one program. */
class Bytes {
  u8 = new Uint8Array(1 << 16);
  view = new DataView(this.u8.buffer);
  len = 0;

  room(lenBytes: number): void {
    if (this.len + lenBytes <= this.u8.length) return;
    const grown = new Uint8Array(Math.max(this.u8.length * 2, this.len + lenBytes));
    grown.set(this.u8);
    this.u8 = grown;
    this.view = new DataView(grown.buffer);
  }

  tagged(tag: number, value: number): void {
    this.room(9);
    this.u8[this.len] = tag;
    this.view.setFloat64(this.len + 1, value, true);
    this.len += 9;
  }

  tag(tag: number): void {
    this.room(1);
    this.u8[this.len++] = tag;
  }

  text(value: string): void {
    this.tagged(TAG.text, value.length);
    this.room(value.length * 2);
    for (let i = 0; i < value.length; i++, this.len += 2) this.view.setUint16(this.len, value.charCodeAt(i), true);
  }

  bytes(value: Uint8Array): void {
    this.room(value.length);
    this.u8.set(value, this.len);
    this.len += value.length;
  }
}

/**
 * Writes a graph of plain data so that equal graphs, and only those, give equal bytes: objects are numbered in the order in
 * which they are met, breadth first, and a property's name is written in full once. Properties count in the order of their
 * names, maps and sets in their own order, which the guest can see.
 */
class Writer {
  readonly out = new Bytes();
  private readonly numbers = new Map<object, number>();
  private readonly open: object[] = [];
  private readonly names = new Map<string, number>();

  write(root: object): void {
    this.value(root);
    for (let i = 0; i < this.open.length; i++) this.contents(this.open[i] as object);
  }

  private value(value: unknown): void {
    const { out } = this;
    if (typeof value === 'number') out.tagged(TAG.number, value);
    else if (typeof value === 'object' && value !== null) out.tagged(TAG.reference, this.numberOf(value));
    else if (typeof value === 'string') out.text(value);
    else if (typeof value === 'boolean') out.tag(value ? TAG.true : TAG.false);
    else if (value === null) out.tag(TAG.null);
    else if (value === undefined) out.tag(TAG.undefined);
    else if (typeof value === 'bigint') {
      out.tag(TAG.bigint);
      out.text(value.toString());
    } else throw new TypeError(`kernel state holds a ${typeof value}`);
  }

  private numberOf(value: object): number {
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(value, number);
      this.open.push(value);
    }
    return number;
  }

  private contents(value: object): void {
    const { out } = this;
    if (Array.isArray(value)) {
      out.tagged(KIND.array, value.length);
      for (const item of value) this.value(item);
    } else if (value instanceof Map) {
      out.tagged(KIND.map, value.size);
      for (const [key, item] of value) {
        this.value(key);
        this.value(item);
      }
    } else if (value instanceof Set) {
      out.tagged(KIND.set, value.size);
      for (const item of value) this.value(item);
    } else if (value instanceof Uint8Array) {
      out.tagged(KIND.u8, value.length);
      out.bytes(value);
    } else if (value instanceof Uint32Array) {
      out.tagged(KIND.u32, value.length);
      out.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else {
      this.properties(value as Record<string, unknown>);
    }
  }

  private properties(value: Record<string, unknown>): void {
    const keys = Object.keys(value).sort();
    this.out.tagged(KIND.object, keys.length);
    for (const key of keys) {
      this.name(key);
      const item = value[key];
      if (key === 'data' && item instanceof Map) this.pages(item);
      else this.value(item);
    }
  }

  private name(name: string): void {
    let number = this.names.get(name);
    if (number === undefined) {
      number = this.names.size;
      this.names.set(name, number);
      this.out.text(name);
    }
    this.out.tagged(TAG.number, number);
  }

  /** Pages of a file never change (see state-copy.ts), so each is read once. */
  private pages(pages: ReadonlyMap<number, Uint8Array>): void {
    this.out.tagged(KIND.pages, pages.size);
    for (const [index, page] of pages) {
      this.out.tagged(TAG.number, index);
      let hash = pageHashes.get(page);
      if (hash === undefined) {
        hash = hashBytes(page);
        pageHashes.set(page, hash);
      }
      this.out.text(hash);
    }
  }
}

const pageHashes = new WeakMap<Uint8Array, string>();

/** A hash of the kernel's state and of `ramHash`, 32 hexadecimal digits. */
export function hashState(state: KernelState, ramHash: string): string {
  const { frames } = state;
  const writer = new Writer();
  writer.write({ ...state, frames: { ...frames, refs: frames.refs.subarray(0, frames.nextFresh) } });
  writer.out.text(ramHash);
  return hashBytes(writer.out.u8.subarray(0, writer.out.len));
}
