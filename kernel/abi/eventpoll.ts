/** Linux: uapi/linux/eventpoll.h. */

export const EPOLLERR = 8;
export const EPOLLET = 0x80000000;
export const EPOLLEXCLUSIVE = 0x10000000;
export const EPOLLHUP = 16;
export const EPOLLIN = 1;
export const EPOLLMSG = 1024;
export const EPOLLNVAL = 32;
export const EPOLLONESHOT = 0x40000000;
export const EPOLLOUT = 4;
export const EPOLLPRI = 2;
export const EPOLLRDBAND = 128;
export const EPOLLRDHUP = 0x2000;
export const EPOLLRDNORM = 64;
export const EPOLLWAKEUP = 0x20000000;
export const EPOLLWRBAND = 0x200;
export const EPOLLWRNORM = 0x100;
export const EPOLL_CLOEXEC = 0x80000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
