//! The CPU and RAM of forkscope for Node.js. Arguments are checked by emulator/engine; what would be unsafe is checked
//! here once more.

mod arm;
mod breakpoints;
mod cpu;
mod fpu;
mod mmu;
mod observe;
mod observe_api;
mod pages;
mod ram;
mod record;
mod regs;
mod segments;
mod watch;
mod x86;

use std::cell::RefCell;
use std::ffi::{c_char, c_void, CStr, CString};
use std::ptr::{null, null_mut};
use std::rc::Rc;

use napi::bindgen_prelude::{check_status, ArrayBuffer, ObjectFinalize, Uint32Array, Uint8Array};
use napi::{sys, Env, Error, Result, Unknown};
use napi_derive::napi;

use cpu::{CpuState, Isa};
use pages::Pages;
use ram::{Ram, PAGE_LEN};
use twox_hash::XxHash3_128;

extern "C" {
    fn uc_edits() -> *const c_char;
}

/// Names of the edits that Unicorn was built with, separated by spaces.
#[napi]
pub fn edits() -> String {
    // SAFETY: a constant string.
    unsafe { CStr::from_ptr(uc_edits()) }.to_string_lossy().into_owned()
}

#[napi]
pub struct NativeRam {
    ram: Rc<Ram>,
}

#[napi]
impl NativeRam {
    #[napi(constructor)]
    pub fn new(len_bytes: f64) -> Result<NativeRam> {
        let ram = Ram::new(len_bytes as usize).ok_or_else(|| Error::from_reason("no address space for the RAM"))?;
        Ok(NativeRam { ram: Rc::new(ram) })
    }

    /// The RAM itself; it stays mapped as long as the buffer lives.
    #[napi]
    pub fn bytes<'env>(&self, env: &'env Env) -> Result<ArrayBuffer<'env>> {
        shared(env, self.ram.bytes.ptr, self.ram.bytes.len, self.ram.clone())
    }

    #[napi]
    pub fn has_code<'env>(&self, env: &'env Env) -> Result<ArrayBuffer<'env>> {
        shared(env, self.ram.has_code.ptr, self.ram.has_code.len, self.ram.clone())
    }

    #[napi]
    pub fn dirty<'env>(&self, env: &'env Env) -> Result<ArrayBuffer<'env>> {
        shared(env, self.ram.dirty.ptr, self.ram.dirty.len, self.ram.clone())
    }

    #[napi]
    pub fn snapshot(&self, env: Env) -> Result<NativeSnapshot> {
        let (pages, copied) = self.ram.snapshot();
        // The garbage collector sees the object only.
        env.adjust_external_memory((copied * PAGE_LEN) as i64)?;
        Ok(NativeSnapshot { pages: RefCell::new(Some(pages)), len: self.ram.bytes.len, copied })
    }

    #[napi]
    pub fn restore(&self, from: &NativeSnapshot) -> Result<()> {
        if from.len != self.ram.bytes.len {
            return Err(Error::from_reason("the snapshot is of a RAM of another size"));
        }
        from.with(|pages| self.ram.restore(pages))
    }

    /// 32 hexadecimal digits.
    #[napi]
    pub fn hash(&self) -> String {
        format!("{:032x}", self.ram.hash())
    }

    #[napi]
    pub fn unmarked(&self) -> f64 {
        self.ram.unmarked().map_or(-1.0, |frame| frame as f64)
    }

    #[napi]
    pub fn discard(&self) -> Result<()> {
        if !self.ram.cpus.borrow().is_empty() {
            return Err(Error::from_reason("a CPU still runs on this RAM"));
        }
        self.ram.discard();
        Ok(())
    }

    #[napi]
    pub fn invalidate_code(&self, start: f64, len_bytes: f64) {
        self.ram.invalidate_code(start as u64, len_bytes as u64);
    }
}

/// Contents of a RAM; None when released.
#[napi(custom_finalize)]
pub struct NativeSnapshot {
    pages: RefCell<Option<Pages>>,
    len: usize,
    copied: usize,
}

#[napi]
impl NativeSnapshot {
    fn with<T>(&self, action: impl FnOnce(&Pages) -> T) -> Result<T> {
        match self.pages.borrow().as_ref() {
            Some(pages) => Ok(action(pages)),
            None => Err(Error::from_reason("the snapshot is released")),
        }
    }

    /// Pages that were copied for it; all others it shares.
    #[napi(getter)]
    pub fn copied_pages(&self) -> f64 {
        self.copied as f64
    }

    #[napi]
    pub fn hash(&self) -> Result<String> {
        self.with(|pages| format!("{:032x}", pages.sum()))
    }

    #[napi]
    pub fn release(&self, env: Env) -> Result<()> {
        if self.pages.borrow_mut().take().is_some() {
            env.adjust_external_memory(-((self.copied * PAGE_LEN) as i64))?;
            pages::trim(self.copied);
        }
        Ok(())
    }
}

impl ObjectFinalize for NativeSnapshot {
    fn finalize(self, env: Env) -> Result<()> {
        self.release(env)
    }
}

/// Bytes of all pages that snapshots keep, those of other RAMs included.
#[napi]
pub fn snapshot_bytes() -> f64 {
    pages::held() as f64
}

/// XXH3-128 as 32 hexadecimal digits.
#[napi]
pub fn hash_bytes(bytes: Uint8Array) -> String {
    format!("{:032x}", XxHash3_128::oneshot(&bytes))
}

/// A CPU that the JavaScript object and the functions made from it share; None when it is closed.
type SharedCpu = Rc<RefCell<Option<Box<CpuState>>>>;

#[napi]
pub struct NativeCpu {
    cpu: SharedCpu,
}

#[napi]
impl NativeCpu {
    #[napi(constructor)]
    pub fn new(isa: String, ram: &NativeRam) -> Result<NativeCpu> {
        let isa = Isa::named(&isa).ok_or_else(|| Error::from_reason("unknown ISA"))?;
        let cpu = CpuState::open(isa, ram.ram.clone()).map_err(Error::from_reason)?;
        Ok(NativeCpu { cpu: Rc::new(RefCell::new(Some(cpu))) })
    }

    fn with<T>(&self, action: impl FnOnce(&mut CpuState) -> T) -> Result<T> {
        match self.cpu.borrow_mut().as_deref_mut() {
            Some(cpu) => Ok(action(cpu)),
            None => Err(Error::from_reason(CLOSED)),
        }
    }

    #[napi]
    pub fn close(&self) {
        *self.cpu.borrow_mut() = None;
    }

    /// What cpuid answers: rows of leaf, subleaf, eax, ebx, ecx, edx.
    #[napi]
    pub fn identify(&self, rows: Uint32Array) -> Result<()> {
        match self.with(|cpu| cpu.identify(&rows))? {
            true => Ok(()),
            false => Err(Error::from_reason("too many rows for cpuid")),
        }
    }

    #[napi(getter)]
    pub fn thread_len_bytes(&self) -> Result<u32> {
        self.with(|cpu| cpu.isa.thread_len() as u32)
    }

    /// The words shared with emulator/engine/cpu.ts.
    #[napi]
    pub fn shared<'env>(&self, env: &'env Env) -> Result<ArrayBuffer<'env>> {
        let words = self.with(|cpu| cpu.shared.clone())?;
        shared(env, words.as_ptr().cast_mut().cast(), std::mem::size_of_val(&*words), words)
    }

    /// `() => void`: run as the shared words ask.
    #[napi(ts_return_type = "() => void")]
    pub fn runner<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        bare_function(env, run, self.cpu.clone())
    }

    /// `() => void`: flush the TLB entries that the shared words ask for now, not before the next run.
    #[napi(ts_return_type = "() => void")]
    pub fn flusher<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        bare_function(env, flush, self.cpu.clone())
    }

    /// `() => void`: load the thread block in the shared words.
    #[napi(ts_return_type = "() => void")]
    pub fn thread_loader<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        bare_function(env, load_thread, self.cpu.clone())
    }

    /// `() => void`: save the thread block into the shared words.
    #[napi(ts_return_type = "() => void")]
    pub fn thread_saver<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        bare_function(env, save_thread, self.cpu.clone())
    }
}

const CLOSED: &str = "the CPU is closed";

unsafe extern "C" fn run(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    bare_call(env, info, |cpu| if cpu.run() { None } else { Some("pt_regs or budget out of range") })
}

unsafe extern "C" fn flush(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    bare_call(env, info, |cpu| {
        cpu.flush_as_asked();
        None
    })
}

unsafe extern "C" fn load_thread(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    bare_call(env, info, |cpu| {
        cpu.load_thread();
        None
    })
}

unsafe extern "C" fn save_thread(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    bare_call(env, info, |cpu| {
        cpu.save_thread();
        None
    })
}

/// A function without arguments and result. Unwrapping an object costs more than a system call of the guest, so the
/// functions on the hot path carry their CPU themselves.
fn bare_function<'env>(
    env: &'env Env,
    call: unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value,
    cpu: SharedCpu,
) -> Result<Unknown<'env>> {
    unsafe extern "C" fn release(_: sys::napi_env, cpu: *mut c_void, _: *mut c_void) {
        drop(SharedCpu::from_raw(cpu.cast()));
    }
    let data = Rc::into_raw(cpu).cast_mut().cast();
    let mut function = null_mut();
    // SAFETY: `data` lives until the function is collected.
    unsafe {
        check_status!(sys::napi_create_function(env.raw(), null(), 0, Some(call), data, &mut function))?;
        check_status!(sys::napi_add_finalizer(env.raw(), function, data, Some(release), null_mut(), null_mut()))?;
        Ok(Unknown::from_raw_unchecked(env.raw(), function))
    }
}

/// What the action returns is thrown.
unsafe fn bare_call(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    action: impl FnOnce(&mut CpuState) -> Option<&'static str>,
) -> sys::napi_value {
    let mut data = null_mut();
    sys::napi_get_cb_info(env, info, null_mut(), null_mut(), null_mut(), &mut data);
    let cpu = &*data.cast::<RefCell<Option<Box<CpuState>>>>();
    let wrong = match cpu.borrow_mut().as_deref_mut() {
        Some(cpu) => action(cpu),
        None => Some(CLOSED),
    };
    if let Some(message) = wrong {
        let text = CString::new(message).unwrap_or_default();
        sys::napi_throw_error(env, null(), text.as_ptr());
    }
    null_mut()
}

/// An ArrayBuffer over memory that `owner` keeps.
fn shared<'env, T: 'static>(env: &'env Env, ptr: *mut u8, len: usize, owner: T) -> Result<ArrayBuffer<'env>> {
    // SAFETY: `owner` is dropped when the buffer is collected.
    unsafe { ArrayBuffer::from_external(env, ptr, len, owner, |_, owner| drop(owner)) }
}
