//! Programs that tell the errors of a channel apart.

/// Expands to the programs, given the crate and its word for a channel without another end.
macro_rules! error_handling {
    ($channel:ident, $Gone:ident, $is_gone:ident) => {
        mod error_handling {
            use std::error::Error;
            use std::thread;
            use std::time::{Duration, Instant};

            use channel::{
                RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError, bounded,
                unbounded,
            };
            use $channel as channel;

            #[test]
            fn try_loop() {
                let (tx, rx) = bounded(4);
                let producer = thread::spawn(move || {
                    for n in 0..500 {
                        let mut item = n;
                        loop {
                            match tx.try_send(item) {
                                Ok(()) => break,
                                Err(TrySendError::Full(back)) => {
                                    item = back;
                                    thread::yield_now();
                                }
                                Err(TrySendError::$Gone(_)) => panic!("the receiver is there"),
                            }
                        }
                    }
                });
                let mut received = Vec::new();
                loop {
                    match rx.try_recv() {
                        Ok(n) => received.push(n),
                        Err(TryRecvError::Empty) => thread::yield_now(),
                        Err(TryRecvError::$Gone) => break,
                    }
                }
                producer.join().unwrap();
                assert_eq!(received, (0..500).collect::<Vec<_>>());
            }

            #[test]
            fn full_or_gone() {
                let (tx, rx) = bounded(1);
                assert_eq!(tx.try_send("a"), Ok(()));
                assert_eq!(tx.try_send("b"), Err(TrySendError::Full("b")));
                assert!(tx.try_send("b").unwrap_err().is_full());
                drop(rx);
                assert_eq!(tx.try_send("c"), Err(TrySendError::$Gone("c")));
                assert!(tx.try_send("c").unwrap_err().$is_gone());
                assert_eq!(tx.send("d"), Err(SendError("d")));
                assert_eq!(tx.try_send("e").unwrap_err().into_inner(), "e");
            }

            /// What was sent before the last sender went is received before the error.
            #[test]
            fn the_rest_comes_first() {
                let (tx, rx) = unbounded();
                let second = tx.clone();
                tx.send(1).unwrap();
                drop(tx);
                assert_eq!(rx.try_recv(), Ok(1));
                assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
                second.send(2).unwrap();
                second.send(3).unwrap();
                drop(second);
                assert_eq!(rx.recv(), Ok(2));
                assert_eq!(rx.recv_timeout(Duration::ZERO), Ok(3));
                assert_eq!(rx.recv(), Err(RecvError));
                assert_eq!(rx.try_recv(), Err(TryRecvError::$Gone));
                assert_eq!(rx.recv_timeout(Duration::from_secs(60)), Err(RecvTimeoutError::$Gone));
            }

            #[test]
            fn timeouts() {
                let short = Duration::from_millis(2);
                for capacity in [0, 1] {
                    let (tx, rx) = bounded(capacity);
                    assert_eq!(rx.recv_timeout(short), Err(RecvTimeoutError::Timeout));
                    assert_eq!(rx.recv_deadline(Instant::now()), Err(RecvTimeoutError::Timeout));
                    for n in 0..capacity {
                        assert_eq!(tx.send_timeout(n, short), Ok(()));
                    }
                    assert_eq!(tx.send_timeout(9, short), Err(SendTimeoutError::Timeout(9)));
                    let soon = Instant::now() + short;
                    assert_eq!(tx.send_deadline(9, soon), Err(SendTimeoutError::Timeout(9)));
                    assert!(Instant::now() >= soon);
                    drop(rx);
                    let error = tx.send_timeout(9, Duration::MAX).unwrap_err();
                    assert!(error.$is_gone() && !error.is_timeout());
                    assert_eq!(error, SendTimeoutError::$Gone(9));
                    assert_eq!(error.into_inner(), 9);
                }
            }

            /// Blocked calls on both sides end when the other side goes away.
            #[test]
            fn blocked_calls_end() {
                for capacity in [0, 1] {
                    let (tx, rx) = bounded::<u8>(capacity);
                    let receiver = thread::spawn(move || rx.recv_timeout(Duration::MAX));
                    thread::sleep(Duration::from_millis(2));
                    drop(tx);
                    assert_eq!(receiver.join().unwrap(), Err(RecvTimeoutError::$Gone));

                    let (tx, rx) = bounded(capacity);
                    (0..capacity).for_each(|_| tx.send(0).unwrap());
                    let sender = thread::spawn(move || tx.send(1));
                    thread::sleep(Duration::from_millis(2));
                    drop(rx);
                    assert_eq!(sender.join().unwrap(), Err(SendError(1)));
                }
            }

            /// In a rendezvous a non-blocking send succeeds exactly when somebody waits for it.
            #[test]
            fn try_send_meets_a_waiting_receiver() {
                let (tx, rx) = bounded(0);
                assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
                let receiver = thread::spawn(move || rx.recv());
                while let Err(error) = tx.try_send(2) {
                    assert_eq!(error, TrySendError::Full(2));
                    thread::yield_now();
                }
                assert_eq!(receiver.join().unwrap(), Ok(2));
                assert_eq!(tx.try_send(3), Err(TrySendError::$Gone(3)));
            }

            /// The errors travel through `?` and turn into the wider ones.
            #[test]
            fn errors_as_values() {
                fn exchange(gone: bool) -> Result<i32, Box<dyn Error>> {
                    let (tx, rx) = bounded(1);
                    if gone {
                        drop(tx);
                    } else {
                        tx.try_send(5)?;
                        tx.send_timeout(6, Duration::ZERO).unwrap_err();
                    }
                    let first = rx.recv()?;
                    rx.try_recv().unwrap_err();
                    Ok(first)
                }
                assert_eq!(exchange(false).unwrap(), 5);
                assert!(exchange(true).unwrap_err().is::<RecvError>());

                assert_eq!(TrySendError::from(SendError(1)), TrySendError::$Gone(1));
                assert_eq!(SendTimeoutError::from(SendError(1)), SendTimeoutError::$Gone(1));
                assert_eq!(TryRecvError::from(RecvError), TryRecvError::$Gone);
                assert_eq!(RecvTimeoutError::from(RecvError), RecvTimeoutError::$Gone);
                assert!(TryRecvError::Empty.is_empty() && !TryRecvError::Empty.$is_gone());
                assert!(RecvTimeoutError::Timeout.is_timeout());
                // The item of a failed send needs no `Debug` for the error to be unwrapped.
                struct Opaque;
                let (tx, rx) = bounded(1);
                drop(rx);
                let text = format!("{:?}", tx.send(Opaque).unwrap_err());
                assert!(text.contains("SendError"), "{text}");
            }
        }
    };
}
pub(super) use error_handling;
