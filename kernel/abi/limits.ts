/** Linux: uapi/linux/limits.h, linux/binfmts.h. */

export const NR_OPEN = 1024;
export const NGROUPS_MAX = 65536;
export const ARG_MAX = 131072;
export const LINK_MAX = 127;
export const MAX_CANON = 255;
export const MAX_INPUT = 255;
export const NAME_MAX = 255;
export const PATH_MAX = 4096;
export const PIPE_BUF = 4096;
export const XATTR_NAME_MAX = 255;
export const XATTR_SIZE_MAX = 65536;
export const XATTR_LIST_MAX = 65536;
export const RTSIG_MAX = 32;

/** The longest argument or variable of execve with its NUL: 32 pages. */
export const MAX_ARG_STRLEN = 131072;
export const MAX_ARG_STRINGS = 0x7fff_ffff;
/** Interpreters of interpreters: BINPRM_BUF_SIZE bytes of the first line are read. */
export const BINPRM_BUF_SIZE = 256;
/** Symbolic links followed in one path before ELOOP. */
export const MAXSYMLINKS = 40;
