import { CAPABILITY_ROWS } from './capability.ts';
import { PGRP_ROWS } from './pgrp.ts';
import type { SyscallRow } from './row.ts';
import { UGID_ROWS } from './ugid-rows.ts';

/** Who a process is: its number, its users and groups, its process group and session, its capabilities. */
export const IDS_ROWS: readonly SyscallRow[] = [...PGRP_ROWS, ...UGID_ROWS, ...CAPABILITY_ROWS];
