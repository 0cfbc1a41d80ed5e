import * as F from '../abi/futex.ts';
import { address, arg, type Call, decimal, type Formatter, hex, pointer } from './call.ts';
import { showTimespec, showTimespec64 } from './structs.ts';
import { value, xlat } from './xlat.ts';

/** futex: which arguments count depends on the operation. */

const { FUTEX_WAIT, FUTEX_WAKE, FUTEX_FD, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI } = F;
const { FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_WAIT_REQUEUE_PI } = F;
const { FUTEX_CMP_REQUEUE_PI, FUTEX_LOCK_PI2 } = F;
const OPERATIONS = xlat({
  FUTEX_WAIT,
  FUTEX_WAKE,
  FUTEX_FD,
  FUTEX_REQUEUE,
  FUTEX_CMP_REQUEUE,
  FUTEX_WAKE_OP,
  FUTEX_LOCK_PI,
  FUTEX_UNLOCK_PI,
  FUTEX_TRYLOCK_PI,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE_BITSET,
  FUTEX_WAIT_REQUEUE_PI,
  FUTEX_CMP_REQUEUE_PI,
  FUTEX_LOCK_PI2,
});

const COMMAND_MASK = ~(F.FUTEX_PRIVATE_FLAG | F.FUTEX_CLOCK_REALTIME);

function command(call: Call): number {
  return arg(call, 1) & COMMAND_MASK;
}

export const futexOperation: Formatter = (call, i) => {
  const op = arg(call, i);
  const name = value(OPERATIONS, op & COMMAND_MASK, 'FUTEX_???');
  if (!name.startsWith('FUTEX_')) return value(OPERATIONS, op, 'FUTEX_???');
  const isPrivate = op & F.FUTEX_PRIVATE_FLAG ? '_PRIVATE' : '';
  return `${name}${isPrivate}${op & F.FUTEX_CLOCK_REALTIME ? '|FUTEX_CLOCK_REALTIME' : ''}`;
};

/** Arguments from the third on that each operation looks at. */
const SHOWN: { readonly [command: number]: readonly number[] } = {
  [FUTEX_WAIT]: [2, 3],
  [FUTEX_WAKE]: [2],
  [FUTEX_FD]: [2],
  [FUTEX_REQUEUE]: [2, 3, 4],
  [FUTEX_CMP_REQUEUE]: [2, 3, 4, 5],
  [FUTEX_WAKE_OP]: [2, 3, 4, 5],
  [FUTEX_LOCK_PI]: [3],
  [FUTEX_LOCK_PI2]: [3],
  [FUTEX_UNLOCK_PI]: [],
  [FUTEX_TRYLOCK_PI]: [],
  [FUTEX_WAIT_BITSET]: [2, 3, 5],
  [FUTEX_WAKE_BITSET]: [2, 5],
  [FUTEX_WAIT_REQUEUE_PI]: [2, 3, 4],
  [FUTEX_CMP_REQUEUE_PI]: [2, 3, 4, 5],
};

export function futexShown(call: Call): readonly number[] {
  return [0, 1, ...(SHOWN[command(call)] ?? [2, 3, 4, 5])];
}

/** The fourth argument is a number to those that requeue or wake twice, else a timeout. */
const COUNTS: readonly number[] = [FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_CMP_REQUEUE_PI];

function fourth(timeout: Formatter): Formatter {
  return (call, i) => (COUNTS.includes(command(call)) ? decimal(arg(call, i)) : timeout(call, i));
}

const WAKE_OPS = xlat({ FUTEX_OP_SET: 0, FUTEX_OP_ADD: 1, FUTEX_OP_OR: 2, FUTEX_OP_ANDN: 3, FUTEX_OP_XOR: 4 });
const WAKE_COMPARES = xlat({
  FUTEX_OP_CMP_EQ: 0,
  FUTEX_OP_CMP_NE: 1,
  FUTEX_OP_CMP_LT: 2,
  FUTEX_OP_CMP_LE: 3,
  FUTEX_OP_CMP_GT: 4,
  FUTEX_OP_CMP_GE: 5,
});

function wakeOp(word: number): string {
  const shift = (word >>> 28) & 8 ? 'FUTEX_OP_OPARG_SHIFT<<28|' : '';
  const op = value(WAKE_OPS, (word >>> 28) & 7, 'FUTEX_OP_???');
  const compare = value(WAKE_COMPARES, (word >>> 24) & 15, 'FUTEX_OP_CMP_???');
  return `${shift}${op}<<28|${hex((word >>> 12) & 0xfff)}<<12|${compare}<<24|${hex(word & 0xfff)}`;
}

const sixth: Formatter = (call, i) => {
  const word = arg(call, i) >>> 0;
  if (command(call) === FUTEX_WAKE_OP) return wakeOp(word);
  if (COUNTS.includes(command(call))) return decimal(word);
  return word === F.FUTEX_BITSET_MATCH_ANY ? 'FUTEX_BITSET_MATCH_ANY' : hex(word);
};

const third: Formatter = (call, i) => decimal(arg(call, i) >>> 0);
const fifth: Formatter = (call, i) => address(arg(call, i));

export const futexArguments = { 2: third, 3: fourth(pointer(showTimespec)), 4: fifth, 5: sixth };
export const futex64Arguments = { ...futexArguments, 3: fourth(pointer(showTimespec64)) };
