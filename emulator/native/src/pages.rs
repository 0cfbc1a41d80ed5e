//! The contents of RAM as a value: a persistent map from frame to page. Copies share all that they have in common, a page
//! of zeros takes no memory, and a sum over the contents is kept wherever nothing has changed.

use std::cell::Cell;
use std::rc::Rc;

use twox_hash::XxHash3_128;

use crate::ram::PAGE_LEN;

/// Entries of a node; two levels of nodes below the root cover 16 MiB an entry.
const FAN: usize = 64;

static ZEROS: [u8; PAGE_LEN] = [0; PAGE_LEN];

thread_local!(static LIVE: Cell<usize> = const { Cell::new(0) });

struct Page {
    bytes: [u8; PAGE_LEN],
    /// Of the bytes and their frame; none until somebody asks.
    hash: Cell<Option<u128>>,
}

impl Page {
    fn new(bytes: &[u8; PAGE_LEN]) -> Rc<Page> {
        let mut page = Rc::<Page>::new_uninit();
        // SAFETY: nobody else has it yet, and both fields are written.
        unsafe {
            let place = Rc::get_mut(&mut page).unwrap_unchecked().as_mut_ptr();
            (&raw mut (*place).bytes).copy_from_nonoverlapping(bytes, 1);
            (&raw mut (*place).hash).write(Cell::new(None));
            LIVE.set(LIVE.get() + 1);
            page.assume_init()
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
    }
}

/// Bytes of all pages that are kept, of every RAM of this thread.
pub fn held() -> usize {
    LIVE.get() * size_of::<Page>()
}

#[derive(Clone)]
struct Leaf {
    pages: [Option<Rc<Page>>; FAN],
    sum: Cell<Option<u128>>,
}

#[derive(Clone)]
struct Branch {
    leaves: [Option<Rc<Leaf>>; FAN],
    sum: Cell<Option<u128>>,
}

#[derive(Clone)]
pub struct Pages {
    branches: Vec<Option<Rc<Branch>>>,
}

impl Pages {
    /// All zeros.
    pub fn new(frames: usize) -> Pages {
        Pages { branches: vec![None; frames.div_ceil(FAN * FAN)] }
    }

    pub fn get(&self, frame: usize) -> &[u8; PAGE_LEN] {
        let page = self.branches[frame / (FAN * FAN)]
            .as_ref()
            .and_then(|branch| branch.leaves[frame / FAN % FAN].as_ref())
            .and_then(|leaf| leaf.pages[frame % FAN].as_ref());
        bytes_of(page)
    }

    /// Returns whether memory was taken for it: not for zeros, nor for what is there already.
    pub fn set(&mut self, frame: usize, bytes: &[u8; PAGE_LEN]) -> bool {
        if self.get(frame) == bytes {
            return false;
        }
        let branch = Rc::make_mut(self.branches[frame / (FAN * FAN)].get_or_insert_with(|| {
            Rc::new(Branch { leaves: [const { None }; FAN], sum: Cell::new(None) })
        }));
        branch.sum.set(None);
        let leaf = Rc::make_mut(branch.leaves[frame / FAN % FAN].get_or_insert_with(|| {
            Rc::new(Leaf { pages: [const { None }; FAN], sum: Cell::new(None) })
        }));
        leaf.sum.set(None);
        let place = &mut leaf.pages[frame % FAN];
        if *bytes == ZEROS {
            *place = None;
            return false;
        }
        match place.as_mut().and_then(Rc::get_mut) {
            Some(page) => {
                page.bytes = *bytes;
                page.hash.set(None);
                false
            }
            None => {
                *place = Some(Page::new(bytes));
                true
            }
        }
    }

    /// Call `visit` with each frame that may differ, and its page in `other`.
    pub fn differences(&self, other: &Pages, mut visit: impl FnMut(usize, &[u8; PAGE_LEN])) {
        each_changed(&self.branches, &other.branches, |i, a, b| {
            let (a, b) = (a.map(|branch| &branch.leaves[..]), b.map(|branch| &branch.leaves[..]));
            each_changed(a.unwrap_or_default(), b.unwrap_or_default(), |j, a, b| {
                let (a, b) = (a.map(|leaf| &leaf.pages[..]), b.map(|leaf| &leaf.pages[..]));
                each_changed(a.unwrap_or_default(), b.unwrap_or_default(), |k, _, b| {
                    visit((i * FAN + j) * FAN + k, b.map_or(&ZEROS, |page| &page.bytes));
                });
            });
        });
    }

    /// A hash of all contents: the sum, modulo 2^128, of XXH3-128 over each page that is not zero, seeded by its frame.
    pub fn sum(&self) -> u128 {
        total(&self.branches, |i, branch| {
            cached(&branch.sum, || {
                total(&branch.leaves, |j, leaf| {
                    cached(&leaf.sum, || {
                        total(&leaf.pages, |k, page| {
                            let frame = (i * FAN + j) * FAN + k;
                            cached(&page.hash, || XxHash3_128::oneshot_with_seed(frame as u64, &page.bytes))
                        })
                    })
                })
            })
        })
    }
}

/// Freed pages lie in the allocator's heap; give them back to the system now and then.
pub fn trim(freed: usize) {
    const OFTEN: usize = (64 << 20) / PAGE_LEN;
    thread_local!(static FREED: Cell<usize> = const { Cell::new(0) });
    let so_far = FREED.get() + freed;
    FREED.set(if so_far < OFTEN { so_far } else { 0 });
    #[cfg(target_env = "gnu")]
    if so_far >= OFTEN {
        // SAFETY: no condition.
        unsafe { libc::malloc_trim(0) };
    }
}

fn bytes_of(page: Option<&Rc<Page>>) -> &[u8; PAGE_LEN] {
    page.map_or(&ZEROS, |page| &page.bytes)
}

/// Entries that are not the same object in both. A slice that is too short has nothing in the rest.
fn each_changed<T>(
    a: &[Option<Rc<T>>],
    b: &[Option<Rc<T>>],
    mut visit: impl FnMut(usize, Option<&T>, Option<&T>),
) {
    for i in 0..a.len().max(b.len()) {
        let (a, b) = (a.get(i).and_then(Option::as_deref), b.get(i).and_then(Option::as_deref));
        if a.map(std::ptr::from_ref) != b.map(std::ptr::from_ref) {
            visit(i, a, b);
        }
    }
}

fn total<T>(entries: &[Option<Rc<T>>], sum: impl Fn(usize, &T) -> u128) -> u128 {
    let present = entries.iter().enumerate().filter_map(|(i, entry)| Some((i, entry.as_deref()?)));
    present.fold(0, |so_far: u128, (i, entry)| so_far.wrapping_add(sum(i, entry)))
}

fn cached(place: &Cell<Option<u128>>, compute: impl FnOnce() -> u128) -> u128 {
    place.get().unwrap_or_else(|| {
        let value = compute();
        place.set(Some(value));
        value
    })
}
