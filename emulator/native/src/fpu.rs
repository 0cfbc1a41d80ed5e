//! The x87 and SSE registers as FXSAVE lays them out.

use unicorn_engine::{uc_engine, RegisterX86 as R};

use crate::regs::Batch;

/// x87 and SSE registers at their places in an FXSAVE image, all but the control words.
fn registers(image: *mut u8) -> Batch<32> {
    let mut batch = Batch::new();
    for i in 0..8 {
        // SAFETY: an image has 512 bytes.
        batch.add(R::ST0 as i32 + i, unsafe { image.add(32 + 16 * i as usize) });
    }
    for i in 0..16 {
        batch.add(R::XMM0 as i32 + i, unsafe { image.add(160 + 16 * i as usize) });
    }
    batch
}

/// FCS and FDS, which the 64-bit layout leaves out.
pub fn selectors(selectors: &mut [u16; 2]) -> Batch<2> {
    let mut batch = Batch::new();
    batch.add(R::FCS, &mut selectors[0]);
    batch.add(R::FDS, &mut selectors[1]);
    batch
}

/// Intel 64 manual, volume 1, 10.5.1: the 64-bit layout of FXSAVE.
///
/// # Safety
/// `image` has 512 bytes.
pub unsafe fn save(uc: *mut uc_engine, image: *mut u8) {
    image.write_bytes(0, 512);
    let (mut control, mut status, mut tags, mut opcode) = (0u16, 0u16, 0u16, 0u16);
    let (mut fip, mut fdp, mut mxcsr) = (0u64, 0u64, 0u32);
    let mut batch = registers(image);
    batch.add(R::FPCW, &mut control);
    batch.add(R::FPSW, &mut status);
    batch.add(R::FPTAG, &mut tags);
    batch.add(R::FOP, &mut opcode);
    batch.add(R::FIP, &mut fip);
    batch.add(R::FDP, &mut fdp);
    batch.add(R::MXCSR, &mut mxcsr);
    batch.read(uc);
    let mut abridged = 0u8;
    for i in 0..8 {
        if tags >> (2 * i) & 3 != 3 {
            abridged |= 1 << i;
        }
    }
    image.cast::<u16>().write_unaligned(control);
    image.add(2).cast::<u16>().write_unaligned(status);
    image.add(4).write(abridged);
    image.add(6).cast::<u16>().write_unaligned(opcode);
    image.add(8).cast::<u64>().write_unaligned(fip);
    image.add(16).cast::<u64>().write_unaligned(fdp);
    image.add(24).cast::<u32>().write_unaligned(mxcsr);
    image.add(28).cast::<u32>().write_unaligned(0xffff);
}

/// # Safety
/// `image` has 512 bytes.
pub unsafe fn load(uc: *mut uc_engine, image: *const u8) {
    let image = image.cast_mut();
    let mut control = image.cast::<u16>().read_unaligned();
    let mut status = image.add(2).cast::<u16>().read_unaligned();
    let abridged = image.add(4).read();
    let mut opcode = image.add(6).cast::<u16>().read_unaligned();
    let mut fip = image.add(8).cast::<u64>().read_unaligned();
    let mut fdp = image.add(16).cast::<u64>().read_unaligned();
    let mut mxcsr = image.add(24).cast::<u32>().read_unaligned() & 0xffff;
    let mut tags = 0u16;
    for i in 0..8 {
        if abridged >> i & 1 == 0 {
            tags |= 3 << (2 * i);
        }
    }
    // The stack pointer is part of the status word, and ST(i) count from it.
    let mut batch = Batch::<7>::new();
    batch.add(R::FPCW, &mut control);
    batch.add(R::FPSW, &mut status);
    batch.add(R::FPTAG, &mut tags);
    batch.add(R::FOP, &mut opcode);
    batch.add(R::FIP, &mut fip);
    batch.add(R::FDP, &mut fdp);
    batch.add(R::MXCSR, &mut mxcsr);
    batch.write(uc);
    registers(image).write(uc);
}
