import * as P from '../abi/prctl.ts';
import { signalName } from '../abi/signal.ts';
import { readU32 } from '../bytes.ts';
import { TASK_COMM_LEN } from '../task.ts';
import { arg, type Call, decimal, type Formatter, failed, hex, outPointer } from './call.ts';
import { quoteString } from './quote.ts';
import { value, xlat } from './xlat.ts';

/** prctl: how many arguments an option has, and how they look. An option that is not here shows all five. */

/** Without the NUL. */
const COMM_BYTES = TASK_COMM_LEN - 1;
const DUMPABLE = xlat({ SUID_DUMP_DISABLE: 0, SUID_DUMP_USER: 1, SUID_DUMP_ROOT: 2 });

const name: Formatter = (call, i) => quoteString(call, arg(call, i), COMM_BYTES);
const plain: Formatter = (call, i) => decimal(arg(call, i));
const outSignal = outPointer((call, addr) => {
  const bytes = call.memory.read(addr, 4);
  return bytes && `[${signalName(readU32(bytes, 0))}]`;
});

interface Option {
  /** Arguments behind the option. */
  readonly count: number;
  readonly show?: Formatter;
  readonly late?: true;
}

const OPTIONS: { readonly [option: number]: Option } = {
  [P.PR_SET_NAME]: { count: 1, show: name },
  [P.PR_GET_NAME]: { count: 1, show: outPointer((call, addr) => quoteString(call, addr, COMM_BYTES)), late: true },
  [P.PR_SET_PDEATHSIG]: { count: 1, show: (call, i) => signalName(arg(call, i)) },
  [P.PR_GET_PDEATHSIG]: { count: 1, show: outSignal, late: true },
  [P.PR_SET_DUMPABLE]: { count: 1, show: (call, i) => value(DUMPABLE, arg(call, i), 'SUID_DUMP_???') },
  [P.PR_GET_DUMPABLE]: { count: 0 },
  [P.PR_SET_NO_NEW_PRIVS]: { count: 4, show: plain },
  [P.PR_GET_NO_NEW_PRIVS]: { count: 4, show: plain },
  [P.PR_SET_CHILD_SUBREAPER]: { count: 1, show: plain },
  [P.PR_SET_KEEPCAPS]: { count: 1, show: plain },
  [P.PR_GET_KEEPCAPS]: { count: 0 },
};

export const prctlArgument: Formatter = (call, i) =>
  (OPTIONS[arg(call, 0)]?.show ?? ((_, n) => hex(arg(call, n))))(call, i);

export function prctlShown(call: Call): readonly number[] {
  return Array.from({ length: 1 + (OPTIONS[arg(call, 0)]?.count ?? 4) }, (_, i) => i);
}

/** PR_GET_DUMPABLE tells its result's name. */
export function prctlNote(call: Call): string {
  if (arg(call, 0) !== P.PR_GET_DUMPABLE || failed(call)) return '';
  return ` (${value(DUMPABLE, call.result ?? 0, 'SUID_DUMP_???')})`;
}

export function prctlLate(call: Call): readonly number[] {
  return OPTIONS[arg(call, 0)]?.late ? [1] : [];
}
