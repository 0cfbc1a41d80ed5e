import type { Selection } from './app.ts';
import type { Instant } from './model/instant.ts';
import type { RegisterChoice } from './model/registers.ts';

/** What is known of what is selected, in one line. */
export function selectionText(instant: Instant, { focus, codeAt, stackAt, register }: Selection): string {
  if (focus === 'registers' && register) return registerText(instant, register);
  if (focus === 'events') {
    const event = instant.events.at(-1);
    return event ? `t=${event.t} ${event.mark}${event.pid} ${event.text}` : '';
  }
  if (focus === 'stack') return wordText(instant, stackAt);
  return focus === 'code' ? lineText(instant, codeAt) : '';
}

function lineText({ code }: Instant, codeAt: number | null): string {
  const row = code.rows.find((one) => one.kind === 'line' && (codeAt === null ? one.isNext : one.address === codeAt));
  if (row?.kind !== 'line') return '';
  const where = row.offset === null || code.title === '' ? '' : ` <${code.title}+${row.offset}>`;
  return `${row.address.toString(16)}${codeAt === null ? where : ''}: ${row.text}`;
}

function wordText({ stack }: Instant, stackAt: number | null): string {
  const row = stack.rows.find(({ addr, offset }) => (stackAt === null ? offset === 0 : addr === stackAt));
  if (!row) return '';
  const { writer } = row;
  const points = row.points.map((point) => ` -> ${point}`).join('');
  const by = writer ? `  t=${writer.at} ${writer.mark}${writer.pid} ${writer.text} at ${writer.place}` : '';
  return `${row.addr.toString(16)}: ${row.hex}${points}${by}${writer?.torn ? ' (not all of it)' : ''}`;
}

function registerText({ registers }: Instant, { pid, name }: RegisterChoice): string {
  const row = registers.find((view) => view.pid === pid)?.rows.find((one) => one.name === name);
  if (!row) return '';
  const flags = row.flags === '' ? '' : `  [${row.flags}]`;
  return `${name} of ${pid}: 0x${row.value.toString(16)}  ${BigInt.asIntN(row.bits, row.value)}${flags}  [ and ] go to its changes`;
}
