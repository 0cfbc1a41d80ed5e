import type { PhysAddr } from '../ports.ts';
import type { Frames, Kernel } from '../state.ts';
import { allocPages, freePages, zeroPages } from './nommu/buddy.ts';
import { zeroFrame } from './phys.ts';
import { PAGE_SIZE } from './types.ts';

/** Frames a kernel stack takes: 16 KiB, the largest THREAD_SIZE of the three ISAs. */
const STACK_FRAMES = 4;

export function createFrames(lenBytes: number): Frames {
  const nrFrames = lenBytes / PAGE_SIZE;
  const refs = new Uint32Array(nrFrames);
  // Frame 0 stays unused, so that 0 can mean "none"; frame 1 is the page of zeros.
  refs[0] = 1;
  refs[1] = 1;
  return { refs, free: [], nextFresh: 2, stackFloor: nrFrames, freeStacks: [], used: 0, zeroFrame: 1 };
}

/** A zeroed frame with one reference, or 0 when memory is used up. Linux: alloc_zeroed_user_highpage(). */
export function allocFrame(k: Kernel): number {
  const { frames, noMmu } = k.state;
  if (noMmu) return allocContiguous(k, 1);
  const reused = frames.free.pop();
  if (reused !== undefined) {
    zeroFrame(k, reused);
    return take(k, reused);
  }
  return takeFresh(k);
}

/** As allocFrame, but the bytes are whatever they were: the caller overwrites all of them. */
export function allocFrameRaw(k: Kernel): number {
  if (k.state.noMmu) return allocContiguous(k, 1);
  const reused = k.state.frames.free.pop();
  return reused !== undefined ? take(k, reused) : takeFresh(k);
}

function takeFresh(k: Kernel): number {
  const frames = k.state.frames;
  if (frames.nextFresh < frames.stackFloor) return take(k, frames.nextFresh++);
  return reclaimPageCache(k) ? allocFrame(k) : 0;
}

function take(k: Kernel, frame: number): number {
  k.state.frames.refs[frame] = 1;
  k.state.frames.used++;
  if (k.ram.hasCode[frame]) k.ram.invalidateCode(frame * PAGE_SIZE, PAGE_SIZE);
  return frame;
}

export function getFrame(k: Kernel, frame: number): void {
  const refs = k.state.frames.refs;
  refs[frame] = (refs[frame] ?? 0) + 1;
}

/** Drop a reference; the last one frees the frame. */
export function putFrame(k: Kernel, frame: number): void {
  const frames = k.state.frames;
  const left = (frames.refs[frame] ?? 0) - 1;
  if (left < 0) throw new Error(`frame ${frame} freed twice`);
  frames.refs[frame] = left;
  if (left === 0 && k.state.noMmu) {
    freePages(k, k.state.noMmu, frame, 1);
  } else if (left === 0) {
    frames.free.push(frame);
    frames.used--;
  }
}

/** Give back cached file pages that nobody maps. Returns whether any was freed. */
function reclaimPageCache(k: Kernel): boolean {
  let freed = false;
  for (const inode of k.state.cachedInodes) {
    for (const [index, frame] of inode.pages ?? []) {
      if (inode.kind !== 'host' || k.state.frames.refs[frame] !== 1) continue;
      inode.pages?.delete(index);
      putFrame(k, frame);
      freed = true;
    }
  }
  return freed;
}

/** Lowest byte of a kernel stack, or 0 when memory is used up. It is as its last task left it: who takes it writes thread_info and pt_regs. */
export function allocKernelStack(k: Kernel): PhysAddr {
  const { frames, noMmu } = k.state;
  if (noMmu) return allocContiguous(k, STACK_FRAMES) * PAGE_SIZE;
  let first = frames.freeStacks.pop();
  if (first === undefined) {
    first = frames.stackFloor - STACK_FRAMES;
    if (first < frames.nextFresh) return 0;
    frames.stackFloor = first;
  }
  frames.used += STACK_FRAMES;
  return first * PAGE_SIZE;
}

export function freeKernelStack(k: Kernel, stack: PhysAddr): void {
  if (k.state.noMmu) {
    freePages(k, k.state.noMmu, stack / PAGE_SIZE, STACK_FRAMES);
    return;
  }
  k.state.frames.freeStacks.push(stack / PAGE_SIZE);
  k.state.frames.used -= STACK_FRAMES;
}

/** Without an MMU: the first of so many zeroed frames in a row, or 0. Each has one reference. */
export function allocContiguous(k: Kernel, nrPages: number): number {
  const { noMmu } = k.state;
  const first = noMmu ? allocPages(k, noMmu, nrPages) : 0;
  if (first !== 0) zeroPages(k, first, nrPages);
  return first;
}
