import type { Cursor } from '../cursor.ts';
import type { Unit } from '../unit.ts';

/** Reads its operands at the cursor and acts on the unit; what it leaves unread is an error. Throws StatementError. */
export type Directive = (unit: Unit, cursor: Cursor) => void;
