/** Programs with every kind of access, also across page ends and to their own code. Linked at CODE, ending in a system call. */
import { Machine, PC, RW, RWX, SP } from './machine.ts';
import { CODE, DATA, hex, type Program, STACK } from './programs.ts';

/*
    mov ecx, 3; 1: push rcx; call 2f; pop rcx; loop 1b; movdqu xmm0, [rdi+0x20]; movdqu [rdi+0xff8], xmm0; mov
    rax, [rdi+0xffc]; mov [rdi+0xffd], eax; lea rsi, [rdi+0xff0]; lea rdi, [rdi+0x10]; mov ecx, 12; rep movsb; mov
    ecx, 2; rep stosq; lock xadd [rdi], rax; cmpxchg [rdi+8], ecx; xchg [rdi], bx; and rdi, -64; fxsave
    [rdi+0x300]; fld qword ptr [rdi+4]; fstp tbyte ptr [rdi+0x21]; push qword ptr [rdi]; pop qword ptr [rdi+0x40];
    mov ax, 0x2b; mov [rdi+0x50], ax; mov ss, [rdi+0x50]; nop; mov [rdi+0x58], rax; mov byte ptr [rip+3f+1], 7; 3:
    mov edx, 1; cmpsb; scasw; syscall; 2: inc qword ptr [rdi]; ret
*/
const X86_64 = `b90300000051e87a00000059e2f7f30f6f4720f30f7f87f80f0000488b87fc0f00008987fd0f0000488db7f00f0000488d7f10b90c0000
  00f3a4b902000000f348abf0480fc1070fb14f0866871f4883e7c00fae8700030000dd4704db7f21ff378f474066b82b00668947508e57
  509048894758c6050100000007ba01000000a666af0f0548ff07c3`;

/*
    mov ecx, 3; 1: push ecx; call 2f; pop ecx; loop 1b; pusha; popa; lea ebp, [edi+0x800]; enter 16, 2; leave;
    push 7; pop dword ptr [edi+0xffe]; lea esi, [edi+0xff0]; lea edi, [edi+0x10]; mov ecx, 12; std; rep movsb;
    cld; mov ecx, 5; rep stosw; movdqu xmm0, [edi+0x20]; movdqu [edi+0x31], xmm0; fnsave [edi+0x101]; frstor
    [edi+0x101]; and edi, -64; fxsave [edi+0x380]; sgdt [edi+0x60]; int 0x80; 2: xor dword ptr [edi+1], ecx; ret
*/
const I386 = `b90300000051e85800000059e2f760618daf00080000c8100002c96a078f87fe0f00008db7f00f00008d7f10b90c000000fdf3a4fcb905
  00000066f3abf30f6f4720f30f7f4731ddb701010000dda70101000083e7c00fae87800300000f014760cd80314f01c3`;

/*
    mov r4, #3; 1: push {r4, lr}; bl 2f; pop {r4, lr}; subs r4, r4, #1; bne 1b; ldmia r5, {r0-r3}; add r6, r5,
    #0xff0; stmia r6!, {r0-r3, r5, r7}; sub r6, r6, #12; vld1.32 {q0, q1}, [r5]; vst1.8 {d0-d3}, [r6]!; add r8,
    r5, #0x40; vst4.8 {d0[1], d1[1], d2[1], d3[1]}, [r8]; vstmia r8, {d0-d7}; vldmia r8, {s1-s5}; str r0, [r5,
    #5]; ldrd r0, r1, [r5, #8]; strd r0, r1, [r5, #16]; ldrex r0, [r5]; add r0, r0, #1; strex r1, r0, [r5]; ldrsb
    r2, [r5, #3]; swp r2, r0, [r5]; strh r2, [r5, #0x1f]; svc 0; 2: ldr r0, [r5, #4]!; str r0, [r5], #-4; bx lr
*/
const ARM = `0340a0e310402de9160000eb1040bde8014054e2faffff1a0f0095e8ff6e85e2af00a6e80c6046e28f0225f40d0206f4408085e22f0388
  f4100b88ec050ad8ec050085e5d800c5e1f001c5e19f0f95e1010080e2901f85e1d320d5e1902005e1bf21c5e1000000ef0400b5e50400
  05e41eff2fe1`;

/*
    movs r4, #3; 1: push {r4, lr}; bl 2f; pop {r4, r6}; subs r4, r4, #1; bne 1b; ldm r5, {r0-r3}; add r6, r5,
    #0xff0; stm r6!, {r0-r3, r5, r7}; cmp r0, r1; ittee ne; strne r0, [r5]; ldrne r1, [r5, #4]; streq r0, [r5,
    #8]; ldrheq r1, [r5, #12]; vldmia r5, {d0-d3}; sub r6, #11; vst1.8 {d0-d1}, [r6]; strd r0, r1, [r5, #0x20];
    adr r3, 4f; tbb [r3, r4]; 4: .byte 1, 1; svc 0; 2: ldr r0, [r5, #4]; str.w r0, [r5, #7]; bx lr
*/
const THUMB = `032410b500f01cf850bc641ef9d195e80f0005f57f66afc6884219bf28606968a860a98995ec080ba6f10b0606f90f0ac5e908010ff204
  03d3e804f0010100df6868c5f807007047`;

export const ACCESS_PROGRAMS: readonly Program[] = [
  { name: 'x86_64', isa: 'x86_64', code: hex(X86_64), registers: { di: DATA } },
  { name: 'i386', isa: 'i386', code: hex(I386), registers: { edi: DATA } },
  { name: 'ARM', isa: 'arm', code: hex(ARM), registers: { r5: DATA } },
  { name: 'Thumb', isa: 'arm', code: hex(THUMB), registers: { r5: DATA, cpsr: 0x30 } },
];

/** A program with two pages of data and one of stack, which can be put back to its start. */
export class AccessGuest {
  readonly machine: Machine;
  readonly frames: number[];
  /** Pages of `frames`. */
  readonly pages: readonly number[] = [CODE, DATA, DATA + 0x1000, STACK];
  private readonly program: Program;
  private readonly fresh: Uint8Array;

  constructor(program: Program) {
    this.program = program;
    this.machine = new Machine(program.isa);
    this.frames = this.pages.map((page) => this.machine.map(page, page === CODE ? RWX : RW));
    this.fresh = this.machine.saveThread();
    this.reset();
  }

  reset(): void {
    const { machine, program } = this;
    for (const frame of this.frames) {
      for (let i = 0; i < 4096; i++) machine.ram.u8[frame + i] = (i * 7) & 0xff;
    }
    const code = this.frames[0] ?? 0;
    machine.ram.u8.set(program.code, code);
    machine.ram.invalidateCode(code, 4096);
    machine.set(Object.fromEntries(Object.keys(machine.registers()).map((name) => [name, 0])));
    machine.setSelectors();
    machine.set({ ...program.registers, [PC[program.isa]]: CODE, [SP[program.isa]]: STACK + 0x800 });
    machine.cpu.loadThread(this.fresh);
  }
}
