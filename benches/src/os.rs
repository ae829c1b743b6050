//! The few things only the operating system can tell or do.

use std::time::Duration;

/// Whose use is asked for.
#[derive(Clone, Copy)]
pub enum Whose {
    /// All threads of this process.
    Process,
    /// The calling thread.
    #[cfg(target_os = "linux")]
    Thread,
    /// Child processes that have ended.
    Children,
}

/// CPU time, user and system together, with the number of voluntary context switches so far.
pub fn usage(whose: Whose) -> (Duration, u64) {
    let whose = match whose {
        Whose::Process => libc::RUSAGE_SELF,
        #[cfg(target_os = "linux")]
        Whose::Thread => libc::RUSAGE_THREAD,
        Whose::Children => libc::RUSAGE_CHILDREN,
    };
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is valid for writes of one `rusage`.
    let status = unsafe { libc::getrusage(whose, usage.as_mut_ptr()) };
    assert_eq!(status, 0, "getrusage failed");
    // SAFETY: all zeroes is a valid `rusage`, and the call filled it in.
    let usage = unsafe { usage.assume_init() };
    let cpu = micros(usage.ru_utime) + micros(usage.ru_stime);
    (cpu, u64::try_from(usage.ru_nvcsw).unwrap_or(0))
}

/// CPU time of the calling thread; zero where the system cannot tell threads apart.
pub fn own_cpu() -> Duration {
    #[cfg(target_os = "linux")]
    return usage(Whose::Thread).0;
    #[cfg(not(target_os = "linux"))]
    Duration::ZERO
}

fn micros(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Binds the calling thread, and what it starts from now on, to one CPU.
#[cfg(target_os = "linux")]
pub fn pin(cpu: usize) -> std::io::Result<()> {
    let mut set = std::mem::MaybeUninit::<libc::cpu_set_t>::zeroed();
    if cpu >= size_of::<libc::cpu_set_t>() * 8 {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: all zeroes is the empty set.
    let set = unsafe { set.assume_init_mut() };
    // SAFETY: the number lies within the set, as was just checked.
    unsafe { libc::CPU_SET(cpu, set) };
    // SAFETY: the pointer is valid for reads of the size given; 0 names the calling thread.
    let status = unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), set) };
    if status == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(not(target_os = "linux"))]
pub fn pin(_cpu: usize) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Lets the calling thread's sleeps end as punctually as the kernel can, not within the usual 50 us.
pub fn sleep_punctually() {
    #[cfg(target_os = "linux")]
    // SAFETY: this option takes one integer, the slack in nanoseconds, and no pointer.
    unsafe {
        libc::prctl(libc::PR_SET_TIMERSLACK, 1 as libc::c_ulong);
    }
}
