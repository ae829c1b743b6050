//! Cache lines that are asked for before they are needed.
//!
//! What one CPU has read, another must take away from it before it can write there, which takes as long as a dozen sends; and
//! whoever opens a lock waits until all that it wrote before has got through. Asked for in time, the line is there. Nothing
//! depends on it but speed.

#![allow(unsafe_code, reason = "the instructions have no safe names")]

use std::{iter, ptr};

/// How many bytes come together, on most machines.
pub(crate) const LINE: usize = 64;

/// Asks for the line at an address, by an instruction of x86-64 or one of aarch64.
macro_rules! ask {
    ($place:expr, $x86_64:literal, $aarch64:literal) => {
        #[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
        // SAFETY: a hint, which changes nothing that the program could see and does not fault, whatever the address; this CPU
        // has the instruction, or whoever asks has asked for that before.
        unsafe {
            std::arch::asm!($x86_64, in(reg) $place, options(nostack, preserves_flags, readonly));
        }
        #[cfg(all(target_arch = "aarch64", target_pointer_width = "64", not(miri)))]
        // SAFETY: as above.
        unsafe {
            std::arch::asm!($aarch64, in(reg) $place, options(nostack, preserves_flags, readonly));
        }
        let _ = $place;
    };
}

/// The lines at those addresses will be read.
#[inline]
pub(crate) fn will_read(places: impl Iterator<Item = *const u8>) {
    places.for_each(|place| {
        ask!(place, "prefetcht0 [{}]", "prfm pldl1keep, [{}]");
    });
}

/// The lines at those addresses will be written.
#[inline]
pub(crate) fn will_write(places: impl Iterator<Item = *const u8>) {
    if can_claim() {
        places.for_each(|place| {
            // Spelt out, since `_mm_prefetch` reads unless the program is compiled for one CPU.
            ask!(place, "prefetchw [{}]", "prfm pstl1keep, [{}]");
        });
    }
}

/// The line on which that lies will be written.
#[inline]
pub(crate) fn will_write_to<T>(place: &T) {
    will_write(iter::once(ptr::from_ref(place).cast()));
}

/// Whether this CPU knows how to ask for a line to write. Nearly all do; the first of Intel's with 64 bits stop there. One with
/// enclaves does, and can not be asked inside.
#[cfg(all(target_arch = "x86_64", not(target_env = "sgx"), not(miri)))]
#[inline]
fn can_claim() -> bool {
    use std::arch::x86_64::__cpuid;

    /// The last of the extended questions that there are, and the one that has the answer in a bit.
    const LAST: u32 = 0x8000_0000;
    const FEATURES: u32 = 0x8000_0001;
    const PREFETCHW: u32 = 1 << 8;

    #[cold]
    fn ask_cpu() -> bool {
        #[allow(unused_unsafe, reason = "newer compilers know that it is safe")]
        // SAFETY: every x86-64 can be asked outside of enclaves.
        let has_features = unsafe { __cpuid(LAST) }.eax >= FEATURES;
        #[allow(unused_unsafe, reason = "as above")]
        // SAFETY: as above.
        let features = || unsafe { __cpuid(FEATURES) }.ecx;
        has_features && features() & PREFETCHW != 0
    }

    static ANSWER: super::Hint = super::Hint::new(0);
    ANSWER.answer(ask_cpu)
}

#[cfg(not(all(target_arch = "x86_64", not(target_env = "sgx"), not(miri))))]
#[inline]
fn can_claim() -> bool {
    true
}
