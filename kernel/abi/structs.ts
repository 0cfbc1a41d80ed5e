/** Structures that cross the border between user space and kernel, one file per group of headers. */
export * from './structs/dirent.ts';
export * from './structs/io.ts';
export * from './structs/ipc.ts';
export * from './structs/ipc-old.ts';
export * from './structs/process.ts';
export * from './structs/resource.ts';
export * from './structs/siginfo.ts';
export * from './structs/signal.ts';
export * from './structs/stat.ts';
export * from './structs/system.ts';
export * from './structs/time.ts';
