//! Breakpoints of one CPU: an address, in one address space or in all.

use std::collections::HashMap;

/// An address space is the root of its page table.
pub const EVERYWHERE: u64 = u64::MAX;

#[derive(Default)]
pub struct Breakpoints {
    /// Address spaces by address.
    at: HashMap<u64, Vec<u64>>,
}

impl Breakpoints {
    /// True when the address had none before.
    pub fn set(&mut self, at: u64, root: u64) -> bool {
        let roots = self.at.entry(at).or_default();
        if !roots.contains(&root) {
            roots.push(root);
        }
        roots.len() == 1 && roots[0] == root
    }

    /// True when the address has none any more, and had one before.
    pub fn clear(&mut self, at: u64, root: u64) -> bool {
        let Some(roots) = self.at.get_mut(&at) else { return false };
        roots.retain(|&other| other != root);
        if roots.is_empty() {
            self.at.remove(&at);
            return true;
        }
        false
    }

    /// Does translated code stop there, whoever runs it?
    pub fn any_at(&self, at: u64) -> bool {
        !self.at.is_empty() && self.at.contains_key(&at)
    }

    /// Does the breakpoint count in this address space?
    pub fn applies(&self, at: u64, root: u64) -> bool {
        self.at.get(&at).is_some_and(|roots| roots.iter().any(|&one| one == EVERYWHERE || one == root))
    }
}
