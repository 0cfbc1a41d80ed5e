/** Programs with loops, calls, memory, flags and multi-access instructions, ending in a system call. Linked at CODE. */
import type { IsaName } from '../../../kernel/ports.ts';
import { Machine, PC, RW, SP } from './machine.ts';

export const CODE = 0x10000;
export const DATA = 0x20000;
export const STACK = 0x30000;

export interface Program {
  readonly name: string;
  readonly isa: IsaName;
  readonly code: Uint8Array;
  readonly registers: Record<string, number>;
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/*
    mov ecx, 5
 1: push rcx; call 2f; pop rcx; add [rdi], rcx; loop 1b
    lea rsi, [rdi]; lea rdi, [rdi+64]; mov ecx, 3; rep movsb; mov ecx, 0; rep stosb
    pushfq; popfq; cmp eax, ebx; setb [rdi]; rcl qword ptr [rdi], 3; syscall
 2: mov rax, [rdi]; lea rax, [rax+rcx*2+1]; mov [rdi+8], rax; xor ebx, eax; ret
*/
const X86_64 = `b90500000051e8280000005948010fe2f4488d37488d7f40b903000000f3a4b900000000f3aa9c9d39d80f920748c117030f05
  488b07488d4448014889470831c3c3`;

/*
    mov ecx, 5
 1: push ecx; call 2f; pop ecx; add [edi], ecx; loop 1b
    lea esi, [edi]; lea edi, [edi+64]; mov ecx, 3; rep movsb; mov ecx, 0; rep stosb
    pusha; popa; enter 16, 0; leave; cmp eax, ebx; setb [edi]; rcl dword ptr [edi], 3; int 0x80
 2: mov eax, [edi]; lea eax, [eax+ecx*2+1]; mov [edi+8], eax; xor ebx, eax; ret
*/
const I386 = `b90500000051e82900000059010fe2f58d378d7f40b903000000f3a4b900000000f3aa6061c8100000c939d80f9207c11703cd80
  8b078d44480189470831c3c3`;

/*
    mov r4, #5
 1: push {r4, lr}; bl 2f; pop {r4, lr}; ldr r3, [r5]; add r3, r3, r4; str r3, [r5]; subs r4, r4, #1; bne 1b
    ldmia r5, {r0-r3}; stmia r5!, {r0-r3}; cmp r0, r1; movhi r6, r0; strls r1, [r5]
    vldr d0, [r5, #8]; vadd.f64 d1, d0, d0; vstr d1, [r5, #16]; svc 0
 2: ldr r0, [r5, #4]; add r0, r0, r4, lsl #1; str r0, [r5, #4]; bx lr
*/
const ARM = `0540a0e310402de90e0000eb1040bde8003095e5043083e0003085e5014054e2f7ffff1a0f0095e80f00a5e8010050e10060a081
  00108595020b95ed001b30ee041b85ed000000ef040095e5840080e0040085e51eff2fe1`;

/*
    movs r4, #5
 1: push {r4, lr}; bl 2f; pop {r4, r6}; ldr r3, [r5]; cmp r3, r4
    ittee hi; addhi r3, r3, r4; strhi r3, [r5]; ldrls r3, [r5, #12]; strls r4, [r5]; subs r4, r4, #1; bne 1b
    ldmia r5, {r0-r3}; stmia r5!, {r0-r3}; svc 0
 2: ldr r0, [r5, #4]; add.w r0, r0, r4, lsl #1; str r0, [r5, #4]; bx lr
*/
const THUMB = `052410b500f00ef850bc2b68a34287bf1b192b60eb682c60641ef2d195e80f000fc500df686800eb440068607047`;

export const PROGRAMS: Program[] = [
  { name: 'x86_64', isa: 'x86_64', code: hex(X86_64), registers: { di: DATA } },
  { name: 'i386', isa: 'i386', code: hex(I386), registers: { edi: DATA } },
  { name: 'arm', isa: 'arm', code: hex(ARM), registers: { r5: DATA } },
  { name: 'Thumb', isa: 'arm', code: hex(THUMB), registers: { r5: DATA, cpsr: 0x30 } },
];

/** The program at its start, on a machine that can be put back there. */
export class Loaded {
  readonly machine: Machine;
  private readonly program: Program;
  private readonly frames: number[];

  constructor(program: Program) {
    this.program = program;
    this.machine = new Machine(program.isa);
    this.machine.code(CODE, program.code);
    this.frames = [this.machine.map(DATA, RW), this.machine.map(STACK, RW)];
    this.reset();
  }

  /** The frame that DATA or STACK has at the start. */
  frameOf(page: number): number {
    return this.frames[page === DATA ? 0 : 1] ?? Number.NaN;
  }

  reset(): void {
    const { machine, program } = this;
    for (const frame of this.frames) {
      machine.write(
        frame,
        Array.from({ length: 4096 }, (_, i) => (i * 7) & 0xff),
      );
    }
    machine.set(Object.fromEntries(Object.keys(machine.registers()).map((name) => [name, 0])));
    machine.setSelectors();
    machine.set({ ...program.registers, [PC[program.isa]]: CODE, [SP[program.isa]]: STACK + 0x800 });
  }

  /** Registers, and the contents of data and stack. */
  state(): { registers: Record<string, bigint>; memory: string } {
    const bytes = this.frames.map((frame) => this.machine.ram.u8.slice(frame, frame + 4096));
    return { registers: this.machine.registers(), memory: Buffer.concat(bytes).toString('base64') };
  }

  /** The states before and after each instruction, by stepping; the last is the one behind the system call. */
  trace(): ReturnType<Loaded['state']>[] {
    const states = [this.state()];
    for (;;) {
      const exit = this.machine.run(1);
      if (exit.retired !== 1) throw new Error(`a step retired ${exit.retired}`);
      states.push(this.state());
      if (exit.kind !== 0) return states;
    }
  }
}
