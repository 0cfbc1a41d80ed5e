/** qemu-arm with the pages of the generated sequences, driven through its gdb stub. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, frame, GdbClient } from './gdb-client.ts';
import { CODE, guestElf, LOADER, STAGE } from './guest-elf.ts';

/** The CPU that the engine has. */
const CPU = 'cortex-a15';
/** Half of the stub's packet length, and a bit less for the address. */
const MAX_DATA = 1900;
const MAX_READ = 2048;

const hex = (value: number): string => value.toString(16);

export const PC_NUMBER = 15;
export const CPSR_NUMBER = 25;

/** A 32-bit register as the protocol writes it: bytes in the target's order. */
export function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString('hex');
}

export function writeMemory(at: number, bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from < bytes.length; from += MAX_DATA) {
    const part = Buffer.from(bytes.subarray(from, from + MAX_DATA));
    frames.push(frame(`M${hex(at + from)},${hex(part.length)}:${part.toString('hex')}`));
  }
  return frames;
}

/** Leaves the program at the end of the loader, by a stop that is answered. */
export function writeCode(bytes: Uint8Array): Frame[] {
  const registers = new Uint32Array(17);
  registers.set([STAGE, CODE, CODE + bytes.length + (-bytes.length & 3)]);
  registers[15] = LOADER;
  registers[16] = 0x10;
  return [...writeMemory(STAGE, bytes), frame(writeRegisters(registers)), frame('c')];
}

export function readMemory(at: number, lenBytes: number): Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from < lenBytes; from += MAX_READ) {
    frames.push(frame(`m${hex(at + from)},${hex(Math.min(MAX_READ, lenBytes - from))}`));
  }
  return frames;
}

/** r0 to r15 and cpsr. */
export function writeRegisters(registers: Uint32Array): string {
  return `G${Array.from(registers, word).join('')}`;
}

export class Qemu {
  private readonly child: ChildProcess;
  private readonly folder: string;
  private client: GdbClient;
  private messages = '';

  private constructor(child: ChildProcess, folder: string, client: GdbClient) {
    this.child = child;
    this.folder = folder;
    this.client = client;
    child.stderr?.on('data', (text: Buffer) => {
      this.messages += text.toString();
    });
  }

  static async start(): Promise<Qemu> {
    const folder = mkdtempSync(join(tmpdir(), 'forkscope-lockstep-'));
    const path = join(folder, 'guest');
    const socket = join(folder, 'gdb');
    writeFileSync(path, guestElf(), { mode: 0o755 });
    const child = spawn('qemu-arm', ['-cpu', CPU, '-s', '65536', '-g', socket, path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`qemu-arm ended with ${code}`)));
    });
    ended.catch(() => undefined);
    const listening = async (): Promise<GdbClient> => {
      // Between bind and listen the socket is there, and refuses.
      for (;;) {
        if (existsSync(socket)) {
          const made = await GdbClient.connect(socket).catch(() => undefined);
          if (made !== undefined) return made;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const client = await Promise.race([listening(), ended]);
    const qemu = new Qemu(child, folder, client);
    // With a description asked for, the stub leaves out the FPA registers.
    await client.exchange([frame('qXfer:features:read:target.xml:0,ffb')]);
    return qemu;
  }

  /** Rejects when no answer comes for `timeoutMs`: the program runs on without a stop. */
  async exchange(frames: readonly Frame[], timeoutMs = 300_000): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`qemu-arm does not stop ${this.messages}`)), timeoutMs);
    });
    try {
      return await Promise.race([this.client.exchange(frames), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.client.close();
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
