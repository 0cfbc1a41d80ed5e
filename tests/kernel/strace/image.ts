import { cString } from '../../../kernel/bytes.ts';

export const IMAGE_BASE = 0x1000_0000;
export const IMAGE_BYTES = 0x4000;
/** A part of the image that nothing is put into: for what calls fill. */
export const SCRATCH = IMAGE_BASE + 0x3000;

/** The memory that both sides see: values are put in one behind the other, each at a multiple of 16. */
export class Image {
  readonly bytes = new Uint8Array(IMAGE_BYTES);
  private next = 16;

  put(bytes: Uint8Array): number {
    const at = this.next;
    this.bytes.set(bytes, at);
    this.next = (at + bytes.length + 15) & ~15;
    if (this.next > SCRATCH - IMAGE_BASE) throw new Error('the image is full');
    return IMAGE_BASE + at;
  }

  /** With a NUL. One char a byte. */
  string(text: string): number {
    return this.put(cString(text));
  }
}
