const ARM_NOP = [0x00, 0xf0, 0x20, 0xe3];
const THUMB_NOP = [0x00, 0xbf];
const THUMB_NOP_W = [0xaf, 0xf3, 0x00, 0x80];

/** `nop` up to the end; what does not make a whole instruction is zero and comes first. */
export function armNops(lenBytes: number): Uint8Array {
  const out = new Uint8Array(lenBytes);
  for (let at = lenBytes % 4; at < lenBytes; at += 4) out.set(ARM_NOP, at);
  return out;
}

/** A narrow `nop` where one is needed, then wide ones, as gas pads Thumb-2 code. */
export function thumbNops(lenBytes: number): Uint8Array {
  const out = new Uint8Array(lenBytes);
  let at = lenBytes % 2;
  if (lenBytes % 4 >= 2) {
    out.set(THUMB_NOP, at);
    at += 2;
  }
  for (; at < lenBytes; at += 4) out.set(THUMB_NOP_W, at);
  return out;
}
