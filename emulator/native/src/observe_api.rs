//! What JavaScript says to the observers of a CPU. Arguments are checked by emulator/engine.

use napi::bindgen_prelude::{ArrayBuffer, Uint8Array};
use napi::{Env, Error, Result};
use napi_derive::napi;

use crate::breakpoints::EVERYWHERE;
use crate::watch::Watchpoint;
use crate::{shared, NativeCpu};

/// A negative root is every address space.
fn root_of(root: f64) -> u64 {
    if root < 0.0 {
        EVERYWHERE
    } else {
        root as u64
    }
}

#[napi]
impl NativeCpu {
    #[napi]
    pub fn breakpoint(&self, at: f64, set: bool, root: f64) -> Result<()> {
        self.with(|cpu| cpu.breakpoint(at as u64, set, root_of(root)))
    }

    #[napi]
    pub fn watch(&self, id: u32, start: f64, len_bytes: u32, kinds: u32, root: f64) -> Result<()> {
        let (start, len) = (start as u64, u64::from(len_bytes.max(1)));
        self.with(|cpu| cpu.watch(Watchpoint { id, start, len, kinds, root: root_of(root) }))
    }

    #[napi]
    pub fn unwatch(&self, id: u32) -> Result<()> {
        self.with(|cpu| cpu.unwatch(id))
    }

    /// The hits of the last run, 48 bytes each: u32 id, size, write, 0; u64 pc, address, old, value.
    #[napi]
    pub fn watch_hits(&self) -> Result<Uint8Array> {
        let bytes = self.with(|cpu| {
            let mut bytes = Vec::new();
            for hit in &cpu.observer.watch.hits {
                let access = &hit.access;
                for word in [hit.id, u32::from(access.size), u32::from(access.write), 0] {
                    bytes.extend(word.to_le_bytes());
                }
                for word in [access.pc, access.address, access.old, access.value] {
                    bytes.extend(word.to_le_bytes());
                }
            }
            bytes
        })?;
        Ok(bytes.into())
    }

    /// The range of a watchpoint that was hit in the last run, before it and now; empty when it was not.
    #[napi]
    pub fn watched_range(&self, id: u32) -> Result<Vec<Uint8Array>> {
        let range = self.with(|cpu| cpu.watched_range(id))?;
        Ok(range.into_iter().flatten().map(Uint8Array::from).collect())
    }

    /// Buffers of instructions, of accesses, and two words that count them.
    #[napi]
    pub fn record<'env>(
        &self,
        env: &'env Env,
        what: u32,
        max_insns: u32,
        max_accesses: u32,
    ) -> Result<Vec<ArrayBuffer<'env>>> {
        let made = self.with(|cpu| {
            cpu.record(what, max_insns, max_accesses)
                .then(|| cpu.observer.recording.as_ref())
                .flatten()
                .map(|recording| (recording.insns.clone(), recording.accesses.clone(), recording.counts.clone()))
        })?;
        let (insns, accesses, counts) = made.ok_or_else(|| Error::from_reason("no memory for the recording"))?;
        let counts_at = counts.as_ptr().cast_mut().cast();
        Ok(vec![
            shared(env, insns.ptr, insns.len, insns.clone())?,
            shared(env, accesses.ptr, accesses.len, accesses.clone())?,
            shared(env, counts_at, size_of_val(&*counts), counts)?,
        ])
    }

    #[napi]
    pub fn stop_recording(&self) -> Result<()> {
        self.with(|cpu| cpu.stop_recording())
    }
}
