//! Batches of registers: identifiers, and pointers to where the values lie.

use std::ffi::c_void;

use unicorn_engine::{uc_engine, uc_error, uc_reg_read_batch, uc_reg_write_batch};

/// Up to N registers to be moved in one call.
pub struct Batch<const N: usize> {
    ids: [i32; N],
    values: [*mut c_void; N],
    len: usize,
}

impl<const N: usize> Batch<N> {
    pub fn new() -> Self {
        Batch { ids: [0; N], values: [std::ptr::null_mut(); N], len: 0 }
    }

    pub fn add<T>(&mut self, id: impl Into<i32>, value: *mut T) {
        self.ids[self.len] = id.into();
        self.values[self.len] = value.cast();
        self.len += 1;
    }

    /// # Safety
    /// Every pointer is valid for the type that Unicorn has for its register.
    pub unsafe fn write(&mut self, uc: *mut uc_engine) {
        let err = uc_reg_write_batch(uc, self.ids.as_ptr(), self.values.as_ptr(), self.len as i32);
        assert_eq!(err, uc_error::OK, "register write");
    }

    /// # Safety
    /// As for write.
    pub unsafe fn read(&mut self, uc: *mut uc_engine) {
        let err = uc_reg_read_batch(uc, self.ids.as_ptr(), self.values.as_mut_ptr(), self.len as i32);
        assert_eq!(err, uc_error::OK, "register read");
    }
}
