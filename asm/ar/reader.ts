/** A file that is no archive we can read. */
export class ArError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ArError';
  }
}

export interface ArMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MAGIC = '!<arch>\n';
const THIN_MAGIC = '!<thin>\n';
const HEADER_BYTES = 60;
const ascii = new TextDecoder('latin1');

/**
 * The members of a Unix archive (ar(5)), in file order, with GNU's (`//`) and BSD's (`#1/`) long names resolved; symbol
 * indexes are left out. Members share the archive's memory. Throws ArError.
 */
export function readArchive(archive: Uint8Array): ArMember[] {
  const magic = ascii.decode(archive.subarray(0, MAGIC.length));
  if (magic === THIN_MAGIC) throw new ArError('thin archives hold no members of their own');
  if (magic !== MAGIC) throw new ArError('not an archive');
  const members: ArMember[] = [];
  let longNames = new Uint8Array(0);
  for (let at = MAGIC.length; at < archive.length; ) {
    const { rawName, lenBytes } = readHeader(archive, at);
    const start = at + HEADER_BYTES;
    if (lenBytes > archive.length - start) throw new ArError(`member '${rawName}' is longer than the archive`);
    const bytes = archive.subarray(start, start + lenBytes);
    if (rawName === '//') longNames = bytes as Uint8Array<ArrayBuffer>;
    else if (rawName !== '/' && rawName !== '/SYM64/') addMember(members, rawName, bytes, longNames);
    at = start + lenBytes + (lenBytes % 2);
  }
  return members;
}

function readHeader(archive: Uint8Array, at: number): { rawName: string; lenBytes: number } {
  if (archive.length - at < HEADER_BYTES) throw new ArError(`archive ends within a header (offset ${at})`);
  const text = ascii.decode(archive.subarray(at, at + HEADER_BYTES));
  if (text.slice(58) !== '`\n') throw new ArError(`no member header at offset ${at}`);
  const size = text.slice(48, 58).trim();
  if (!/^\d+$/.test(size)) throw new ArError(`member at offset ${at} has no size`);
  return { rawName: text.slice(0, 16).trimEnd(), lenBytes: Number(size) };
}

function addMember(members: ArMember[], rawName: string, bytes: Uint8Array, longNames: Uint8Array): void {
  const bsd = /^#1\/(\d+)$/.exec(rawName);
  if (bsd) {
    const nameBytes = Number(bsd[1]);
    if (nameBytes > bytes.length) throw new ArError('a long name is longer than its member');
    const name = ascii.decode(bytes.subarray(0, nameBytes)).replace(/\0+$/, '');
    if (!name.startsWith('__.SYMDEF')) members.push({ name, bytes: bytes.subarray(nameBytes) });
    return;
  }
  const gnu = /^\/(\d+)$/.exec(rawName);
  if (!gnu) {
    members.push({ name: rawName.replace(/\/$/, ''), bytes });
    return;
  }
  const start = Number(gnu[1]);
  if (start >= longNames.length) throw new ArError(`long name ${start} lies outside the name table`);
  const end = longNames.indexOf(0x0a, start);
  const name = ascii.decode(longNames.subarray(start, end < 0 ? longNames.length : end)).replace(/\/$/, '');
  members.push({ name, bytes });
}
