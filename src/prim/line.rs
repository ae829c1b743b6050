//! Cache lines that are asked for before they are needed.
//!
//! What one CPU has read, another must take away from it before it can write there, which takes as long as a dozen sends; and
//! whoever opens a lock waits until all that it wrote before has got through. Asked for in time, the line is there. Nothing
//! depends on it but speed.

#![allow(unsafe_code, reason = "the instructions have no safe names")]

/// How many bytes come together, on most machines.
pub(crate) const LINE: usize = 64;

/// The line at that address will be read.
#[inline]
pub(crate) fn will_read<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: it is a hint, which touches no memory that the program could see, and does not fault whatever the address.
    unsafe {
        std::arch::asm!("prefetcht0 [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    let _ = place;
}

/// The line at that address will be written.
#[inline]
pub(crate) fn will_write<T>(place: *const T) {
    // Every x86-64 has the instruction, or takes it for none; the intrinsic does without it unless told the CPU.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prefetchw [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pstl1keep, [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    let _ = place;
}
