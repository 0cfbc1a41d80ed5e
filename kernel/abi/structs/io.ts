import { array, defineStruct, pad } from '../struct.ts';

/** Linux: uapi/linux/uio.h. */
export const iovec = defineStruct('iovec', { iov_base: 'ptr', iov_len: 'ulong' });

/** Linux: uapi/asm-generic/poll.h. */
export const pollfd = defineStruct('pollfd', { fd: 's32', events: 's16', revents: 's16' });

/** Linux: uapi/asm-generic/fcntl.h. */
export const flock = defineStruct('flock', {
  l_type: 's16',
  l_whence: 's16',
  l_start: 'long',
  l_len: 'long',
  l_pid: 's32',
});

export const flock64 = defineStruct('flock64', {
  l_type: 's16',
  l_whence: 's16',
  l_start: 's64',
  l_len: 's64',
  l_pid: 's32',
});

/** The kernel's 36 bytes of TCGETS, not the C library's 60. Linux: uapi/asm-generic/termbits.h. */
export const termios = defineStruct('termios', {
  c_iflag: 'u32',
  c_oflag: 'u32',
  c_cflag: 'u32',
  c_lflag: 'u32',
  c_line: 'u8',
  c_cc: array('u8', 19),
});

/** Linux: uapi/asm-generic/termios.h. */
export const winsize = defineStruct('winsize', { ws_row: 'u16', ws_col: 'u16', ws_xpixel: 'u16', ws_ypixel: 'u16' });

/** `data` as two words. Packed on x86-64; ARM aligns the 64-bit data. Linux: uapi/linux/eventpoll.h. */
export const epollEvent = defineStruct(
  'epoll_event',
  { events: 'u32', gap: pad(0), data_low: 'u32', data_high: 'u32' },
  { on: { arm: { events: 'u32', gap: pad(4), data_low: 'u32', data_high: 'u32' } } },
);
