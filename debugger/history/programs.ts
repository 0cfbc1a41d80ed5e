import type { HostFiles } from '../../kernel/ports.ts';
import type { Entry, Question } from './journal.ts';

type FileEntry = Extract<Entry, { kind: 'file' }>;

/** Larger files are kept as far as the guest has read them. */
const MAX_BYTES = 64 * 1024 ** 2;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/**
 * The ELF files that a guest has begun to read, whole: a debugger asks for parts that the guest never did, symbols and lines. `files` is
 * asked aside. What cannot be read any more is left out.
 */
export function programsOf(entries: readonly Entry[], files: HostFiles): FileEntry[] {
  const found = new Map<string, FileEntry>();
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const { question, answer } = entry;
    const [call, mount, path, offset] = question;
    const key = `${mount} ${path}`;
    if (call !== 'read' || offset !== 0 || found.has(key) || !isElf(answer)) continue;
    const stat = files.lstat(mount, path);
    if (typeof stat === 'number' || stat.lenBytes > MAX_BYTES) continue;
    const whole = files.read(mount, path, 0, stat.lenBytes);
    const asked: Question = ['read', mount, path, 0, stat.lenBytes];
    if (typeof whole !== 'number') found.set(key, { kind: 'file', question: asked, answer: whole.slice() });
  }
  return [...found.values()];
}

function isElf(answer: unknown): boolean {
  return answer instanceof Uint8Array && ELF_MAGIC.every((byte, i) => answer[i] === byte);
}
