//! The few things only the operating system can tell or do.

use std::cell::Cell;
use std::time::Duration;

/// Whose use is asked for.
#[derive(Clone, Copy)]
pub enum Whose {
    /// All threads of this process.
    Process,
    /// Child processes that have ended.
    Children,
}

/// What was used of the CPUs so far.
#[derive(Clone, Copy)]
pub struct Usage {
    pub user: Duration,
    pub system: Duration,
    /// Context switches of those that had to wait.
    pub voluntary: u64,
    /// Context switches of those that would have gone on.
    pub involuntary: u64,
}

impl Usage {
    /// User and system time together.
    pub fn cpu(&self) -> Duration {
        self.user + self.system
    }
}

pub fn usage(whose: Whose) -> Usage {
    let whose = match whose {
        Whose::Process => libc::RUSAGE_SELF,
        Whose::Children => libc::RUSAGE_CHILDREN,
    };
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is valid for writes of one `rusage`.
    let status = unsafe { libc::getrusage(whose, usage.as_mut_ptr()) };
    assert_eq!(status, 0, "getrusage failed");
    // SAFETY: all zeroes is a valid `rusage`, and the call filled it in.
    let usage = unsafe { usage.assume_init() };
    Usage {
        user: micros(usage.ru_utime),
        system: micros(usage.ru_stime),
        voluntary: u64::try_from(usage.ru_nvcsw).unwrap_or(0),
        involuntary: u64::try_from(usage.ru_nivcsw).unwrap_or(0),
    }
}

fn micros(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// CPU time of the calling thread; zero where the system cannot tell threads apart.
pub fn own_cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for writes of one `timespec`.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    if status != 0 {
        return Duration::ZERO;
    }
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
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
    thread_local! {
        static PUNCTUAL: Cell<bool> = const { Cell::new(false) };
    }
    if PUNCTUAL.replace(true) {
        return;
    }
    #[cfg(target_os = "linux")]
    // SAFETY: this option takes one integer, the slack in nanoseconds, and no pointer.
    unsafe {
        libc::prctl(libc::PR_SET_TIMERSLACK, 1 as libc::c_ulong);
    }
}
