/** Linux: uapi/linux/msg.h. */

export const MSG_STAT = 11;
export const MSG_INFO = 12;
export const MSG_STAT_ANY = 13;
export const MSG_NOERROR = 0x1000;
export const MSG_EXCEPT = 0x2000;
export const MSG_COPY = 0x4000;
export const MSGMNI = 32000;
export const MSGMAX = 8192;
export const MSGMNB = 16384;
export const MSGPOOL = 512000;
export const MSGMAP = 16384;
export const MSGTQL = 16384;
export const MSGSSZ = 16;
