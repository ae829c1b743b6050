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
    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
    // SAFETY: a hint, which changes nothing that the program could see and does not fault, whatever the address.
    unsafe {
        std::arch::asm!("prefetcht0 [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(all(target_arch = "aarch64", target_pointer_width = "64", not(miri)))]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    let _ = place;
}

/// Whether this CPU knows how to ask for a line to write. Nearly all do; the first of Intel's with 64 bits stop there.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
#[inline]
fn is_known() -> bool {
    use super::Hint;

    const NOT_ASKED: u32 = 0;
    const NO: u32 = 1;
    const YES: u32 = 2;
    static ANSWER: Hint = Hint::new(NOT_ASKED);

    #[cold]
    fn ask() -> bool {
        use std::arch::x86_64::__cpuid;
        /// The last of the extended questions that there are, and the one that has the answer in a bit.
        const LAST: u32 = 0x8000_0000;
        const FEATURES: u32 = 0x8000_0001;
        const PREFETCHW: u32 = 1 << 8;
        #[allow(unused_unsafe, reason = "newer compilers know that it is safe")]
        // SAFETY: every x86-64 can be asked.
        let has_features = unsafe { __cpuid(LAST) }.eax >= FEATURES;
        #[allow(unused_unsafe, reason = "as above")]
        // SAFETY: as above.
        let knows = has_features && unsafe { __cpuid(FEATURES) }.ecx & PREFETCHW != 0;
        ANSWER.set(if knows { YES } else { NO });
        knows
    }

    match ANSWER.get() {
        NOT_ASKED => ask(),
        answer => answer == YES,
    }
}

/// The line at that address will be written.
#[inline]
pub(crate) fn will_write<T>(place: *const T) {
    // Spelt out, since `_mm_prefetch` reads unless the program is compiled for one CPU.
    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
    if is_known() {
        // SAFETY: as above, and this CPU has the instruction.
        unsafe {
            std::arch::asm!("prefetchw [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
        }
    }
    #[cfg(all(target_arch = "aarch64", target_pointer_width = "64", not(miri)))]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pstl1keep, [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    let _ = place;
}
