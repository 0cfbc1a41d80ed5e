import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { loadDisassembler } from '../../asm/index.ts';
import { createCodeReader } from '../../debugger/code.ts';
import { createImages } from '../../debugger/images.ts';
import { createStepper } from '../../debugger/stepper.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../emulator/machine/machine.ts';
import { forEachPte, pteFrame } from '../../kernel/mm/pagetable.ts';
import { type Mm, PAGE_SIZE } from '../../kernel/mm/types.ts';
import type { Kernel } from '../../kernel/state.ts';

/** Debian's busybox for each ISA, fetched by `make test`. */
const PROGRAMS = [
  { isa: 'i386', arch: 'i386' },
  { isa: 'x86_64', arch: 'amd64' },
  { isa: 'arm', arch: 'armhf' },
];
const SKIP_STEPS = 2500;
const STEPS = 2500;

let machine: Machine | null = null;

afterEach(() => {
  machine?.close();
  machine = null;
});

function startBusybox(arch: string): Machine {
  const hostPath = fileURLToPath(new URL(`../../.guests/${arch}/bin/busybox`, import.meta.url));
  expect(existsSync(hostPath), 'make test fetches the guests').toBe(true);
  return createMachine({
    ...{ program: '/bin/busybox', argv: ['busybox', 'sh', '-c', 'echo $((6*7)) | cat'], env: [], cwd: '/' },
    mounts: [{ hostPath, guestPath: '/bin/busybox' }],
    console: createMemoryConsole(),
    memoryBytes: 64 * 1024 ** 2,
  });
}

/** Every resident writable page of the address space, by its user address. */
function writablePages(k: Kernel, mm: Mm): Map<number, Uint8Array> {
  const pages = new Map<number, Uint8Array>();
  for (const vma of mm.vmas) {
    if ((vma.flags & 2) === 0) continue;
    forEachPte(k, mm, vma.start, vma.end, (at, addr) => {
      const frame = pteFrame(k.ram.u32[at] ?? 0);
      pages.set(addr, k.ram.u8.slice(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE));
    });
  }
  return pages;
}

/** Addresses of the bytes that differ, in pages that were there before. */
function changedBytes(before: Map<number, Uint8Array>, after: Map<number, Uint8Array>): number[] {
  const changed: number[] = [];
  for (const [addr, page] of after) {
    const old = before.get(addr);
    if (!old || Buffer.compare(old, page) === 0) continue;
    for (let i = 0; i < PAGE_SIZE; i++) if (old[i] !== page[i]) changed.push(addr + i);
  }
  return changed;
}

describe.each(PROGRAMS)('what an instruction writes, $isa', ({ arch }) => {
  test('covers every byte that changed, in a real program', async () => {
    machine = startBusybox(arch);
    const k = machine.kernel;
    const stepper = createStepper(machine, createCodeReader(k, await loadDisassembler(), createImages(k)));
    for (let i = 0; i < SKIP_STEPS; i++) expect(stepper.step().kind).toBe('step');
    let mm = k.state.tasks.get(1000)?.mm;
    if (!mm) throw new Error('the program has ended');
    let before = writablePages(k, mm);
    let writes = 0;
    for (let i = 0; i < STEPS; i++) {
      const step = stepper.step();
      if (step.kind !== 'step') break;
      mm = k.state.tasks.get(step.pid)?.mm;
      if (!mm || mm.id !== step.mm) break;
      const after = writablePages(k, mm);
      const isTrap = /^(?:int|syscall|sysenter|svc)/.test(step.mnemonic);
      if (!isTrap) {
        for (const addr of changedBytes(before, after)) {
          const covered = step.writes.some((write) => addr >= write.addr && addr < write.addr + write.bytes.length);
          expect(covered, `${step.mnemonic} ${step.operands} changed ${addr.toString(16)}`).toBe(true);
        }
        expect(step.writes.filter((write) => write.by === 'kernel')).toEqual([]);
        writes += step.writes.length;
      }
      before = after;
    }
    expect(writes).toBeGreaterThan(100);
  });
});
