//! On which CPU a thread runs.

/// Binds the calling thread to one CPU, or to all of those in `cpus`.
#[cfg(target_os = "linux")]
pub fn pin(cpus: std::ops::Range<usize>) -> std::io::Result<()> {
    let mut set = std::mem::MaybeUninit::<libc::cpu_set_t>::zeroed();
    // SAFETY: all zeroes is the empty set.
    let set = unsafe { set.assume_init_mut() };
    for cpu in cpus {
        if cpu >= size_of::<libc::cpu_set_t>() * 8 {
            return Err(std::io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: the number lies within the set, as was just checked.
        unsafe { libc::CPU_SET(cpu, set) };
    }
    // SAFETY: the pointer is valid for reads of the size given; 0 names the calling thread.
    let status = unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), set) };
    if status == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(not(target_os = "linux"))]
pub fn pin(_cpus: std::ops::Range<usize>) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
