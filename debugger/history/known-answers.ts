import type { Entry, FileAnswer, Question } from './journal.ts';

type FileEntry = Extract<Entry, { kind: 'file' }>;

/** `holes`: zeros where it is not known what a file has, rather than no answer. */
export type Answers = (question: Question, holes?: boolean) => FileAnswer | null;

/**
 * What a recording tells of files whoever asks and whenever: mounts do not change under a guest. Contents are put together from the reads
 * that there were; null for what nobody has asked.
 */
export function knownAnswers(entries: readonly Entry[]): Answers {
  const byFile = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const known = byFile.get(fileKey(entry.question));
    if (known) known.push(entry);
    else byFile.set(fileKey(entry.question), [entry]);
  }
  return (question, holes = false) => {
    const known = byFile.get(fileKey(question)) ?? [];
    return question[0] === 'read' ? contents(known, question, holes) : (known[0]?.answer ?? null);
  };
}

function fileKey([call, mount, path]: Question): string {
  return `${call} ${mount} ${path}`;
}

/** The bytes of a read, as far as the file goes; where some of them were never read null, or zeros in their place. */
function contents(
  known: readonly FileEntry[],
  [, , , offset = 0, lenBytes = 0]: Question,
  holes: boolean,
): Uint8Array | null {
  const out = new Uint8Array(lenBytes);
  const byOffset = [...known].sort((a, b) => Number(a.question[3]) - Number(b.question[3]));
  let done = 0;
  for (const { question, answer } of byOffset) {
    if (!(answer instanceof Uint8Array)) continue;
    const [, , , from = 0, wanted = 0] = question;
    if (from > offset + done && !holes) break;
    const at = Math.max(from, offset + done);
    const part = answer.subarray(Math.min(answer.length, at - from), Math.max(0, offset + lenBytes - from));
    if (part.length > 0) {
      out.set(part, at - offset);
      done = at - offset + part.length;
    }
    // A read that gave less than it was asked for has come to the end of the file.
    const isEnd = answer.length < wanted && offset + done >= from + answer.length;
    if (isEnd || done === lenBytes) return out.subarray(0, done);
  }
  return holes ? out.subarray(0, done) : null;
}
