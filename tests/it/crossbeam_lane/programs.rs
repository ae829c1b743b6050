//! Whole programs around a channel: pools, pipelines, replies, limits.

/// Expands to the programs, with the named crate imported as `channel`.
macro_rules! programs {
    ($channel:ident) => {
        mod programs {
            use std::collections::BTreeMap;
            use std::sync::{Arc, Mutex};
            use std::thread;
            use std::time::{Duration, Instant};

            use channel::{Receiver, RecvError, Sender, bounded, unbounded};
            use $channel as channel;

            #[test]
            fn hello() {
                let (tx, rx) = unbounded();
                thread::spawn(move || tx.send("hello".to_string()).unwrap());
                assert_eq!(rx.recv().as_deref(), Ok("hello"));
                assert_eq!(rx.recv(), Err(RecvError));
            }

            /// Jobs go to whichever worker is free, results come back through a second channel.
            #[test]
            fn worker_pool() {
                let (jobs, todo) = bounded::<u64>(4);
                let (results, done) = unbounded();
                let workers: Vec<_> = (0..4)
                    .map(|_| {
                        let (todo, results) = (todo.clone(), results.clone());
                        thread::spawn(move || {
                            let mut handled = 0;
                            for n in todo {
                                results.send((n, n * n)).unwrap();
                                handled += 1;
                            }
                            handled
                        })
                    })
                    .collect();
                drop((todo, results));
                for n in 0..200 {
                    jobs.send(n).unwrap();
                }
                drop(jobs);
                let squares: BTreeMap<u64, u64> = done.iter().collect();
                assert_eq!(squares.len(), 200);
                assert!(squares.iter().all(|(n, square)| n * n == *square));
                let handled: u64 = workers.into_iter().map(|w| w.join().unwrap()).sum();
                assert_eq!(handled, 200);
            }

            /// Several producers share one receiver; each producer's own order is kept.
            #[test]
            fn fan_in() {
                let (tx, rx) = bounded(3);
                for producer in 0..5_usize {
                    let tx = tx.clone();
                    thread::spawn(move || {
                        for n in 0..50_usize {
                            tx.send((producer, n)).unwrap();
                        }
                    });
                }
                drop(tx);
                let mut next = [0; 5];
                for (producer, n) in &rx {
                    assert_eq!(n, next[producer]);
                    next[producer] += 1;
                }
                assert_eq!(next, [50; 5]);
                assert_eq!(rx.recv(), Err(RecvError));
            }

            /// One stream is dealt out to several consumers: every item to exactly one of them.
            #[test]
            fn fan_out() {
                let (tx, rx) = bounded(0);
                let seen = Arc::new(Mutex::new(Vec::new()));
                let consumers: Vec<_> = (0..3)
                    .map(|_| {
                        let (rx, seen) = (rx.clone(), Arc::clone(&seen));
                        thread::spawn(move || {
                            while let Ok(n) = rx.recv() {
                                seen.lock().unwrap().push(n);
                            }
                        })
                    })
                    .collect();
                drop(rx);
                for n in 0..90 {
                    tx.send(n).unwrap();
                }
                drop(tx);
                for consumer in consumers {
                    consumer.join().unwrap();
                }
                let mut seen = std::mem::take(&mut *seen.lock().unwrap());
                seen.sort_unstable();
                assert_eq!(seen, (0..90).collect::<Vec<_>>());
            }

            /// Stages connected by channels; the end of the input travels down by dropped senders.
            #[test]
            fn pipeline() {
                fn stage<A: Send + 'static, B: Send + 'static>(
                    input: Receiver<A>,
                    mut work: impl FnMut(A) -> Option<B> + Send + 'static,
                ) -> Receiver<B> {
                    let (tx, rx) = bounded(2);
                    thread::spawn(move || {
                        for item in input {
                            if let Some(out) = work(item) {
                                if tx.send(out).is_err() {
                                    break;
                                }
                            }
                        }
                    });
                    rx
                }
                let (source, lines) = bounded(2);
                thread::spawn(move || {
                    for n in 0..100_u32 {
                        source.send(format!(" {n} ")).unwrap();
                    }
                });
                let numbers = stage(lines, |line| line.trim().parse::<u32>().ok());
                let even = stage(numbers, |n| (n % 2 == 0).then_some(n));
                let sum: u32 = stage(even, |n| Some(n + 1)).into_iter().sum();
                assert_eq!(sum, (0..100).filter(|n| n % 2 == 0).map(|n| n + 1).sum());
            }

            /// A reader that has had enough ends the stages before it.
            #[test]
            fn early_end() {
                let (tx, rx) = bounded(1);
                let producer = thread::spawn(move || {
                    let mut sent = 0_u32;
                    while tx.send(sent).is_ok() {
                        sent += 1;
                    }
                    sent
                });
                let first: Vec<u32> = rx.iter().take(10).collect();
                drop(rx);
                assert_eq!(first, (0..10).collect::<Vec<_>>());
                assert!(producer.join().unwrap() >= 10);
            }

            #[test]
            fn ping_pong_rendezvous() {
                let (ping_tx, ping_rx) = bounded(0);
                let (pong_tx, pong_rx) = bounded(0);
                let player = thread::spawn(move || {
                    for ball in ping_rx {
                        pong_tx.send(ball + 1).unwrap();
                    }
                });
                let mut ball = 0;
                for _ in 0..100 {
                    ping_tx.send(ball).unwrap();
                    ball = pong_rx.recv().unwrap();
                }
                drop(ping_tx);
                player.join().unwrap();
                assert_eq!(ball, 100);
            }

            /// The sender never runs further ahead than the capacity and the item in each hand.
            #[test]
            fn bounded_backpressure() {
                let (tx, rx) = bounded(2);
                let ahead = Arc::new(Mutex::new(0_i64));
                let producer = {
                    let ahead = Arc::clone(&ahead);
                    thread::spawn(move || {
                        for n in 0..200 {
                            tx.send(n).unwrap();
                            *ahead.lock().unwrap() += 1;
                        }
                    })
                };
                for n in 0..200 {
                    assert!(rx.len() <= 2);
                    assert_eq!(rx.recv(), Ok(n));
                    let mut ahead = ahead.lock().unwrap();
                    *ahead -= 1;
                    assert!(*ahead <= 2, "{} items ahead", *ahead);
                }
                producer.join().unwrap();
            }

            /// Requests carry the channel on which the answer is awaited.
            #[test]
            fn request_and_reply() {
                struct Request {
                    word: String,
                    reply: Sender<usize>,
                }
                let (requests, inbox) = unbounded::<Request>();
                let server = thread::spawn(move || {
                    for Request { word, reply } in inbox {
                        // A client that gave up is no reason to stop.
                        let _ = reply.send(word.len());
                    }
                });
                let ask = |word: &str| {
                    let (reply, answer) = bounded(1);
                    requests.send(Request { word: word.into(), reply }).unwrap();
                    answer
                };
                drop(ask("nobody waits for this"));
                assert_eq!(ask("four").recv(), Ok(4));
                assert_eq!(ask("").recv(), Ok(0));
                drop(requests);
                server.join().unwrap();
            }

            #[test]
            fn scoped_threads_borrow() {
                let words = ["one".to_string(), "two".into(), "three".into(), "four".into()];
                let (tx, rx) = bounded::<&str>(1);
                let longest = thread::scope(|scope| {
                    let (one, other) = words.split_at(2);
                    for part in [one, other] {
                        let tx = tx.clone();
                        scope.spawn(move || part.iter().for_each(|word| tx.send(word).unwrap()));
                    }
                    drop(tx);
                    scope.spawn(|| rx.iter().max_by_key(|word| word.len())).join().unwrap()
                });
                assert_eq!(longest, Some("three"));
            }

            /// A channel of tokens bounds how many workers are inside at once.
            #[test]
            fn tokens_as_a_semaphore() {
                let (give_back, take) = bounded(2);
                for _ in 0..2 {
                    give_back.send(()).unwrap();
                }
                let inside = Mutex::new(0);
                thread::scope(|scope| {
                    for _ in 0..4 {
                        scope.spawn(|| {
                            for _ in 0..25 {
                                take.recv().unwrap();
                                let now = {
                                    let mut inside = inside.lock().unwrap();
                                    *inside += 1;
                                    *inside
                                };
                                assert!(now <= 2);
                                *inside.lock().unwrap() -= 1;
                                give_back.send(()).unwrap();
                            }
                        });
                    }
                });
                assert!(take.is_full());
            }

            /// A worker that panics drops its handles like any other that ends.
            #[test]
            fn worker_dies() {
                let (tx, rx) = bounded::<u8>(0);
                let worker = thread::spawn(move || {
                    let first = rx.recv().unwrap();
                    std::panic::resume_unwind(Box::new(first));
                });
                tx.send(7).unwrap();
                assert!(worker.join().is_err());
                assert_eq!(tx.send(8).unwrap_err().into_inner(), 8);
            }

            /// A heartbeat goes on while nothing arrives and ends with the sender.
            #[test]
            fn idle_work_between_messages() {
                let (tx, rx) = bounded(8);
                let (idle_tx, idle_rx) = bounded(0);
                let worker = thread::spawn(move || {
                    let (mut handled, mut idle) = (Vec::new(), 0_u32);
                    loop {
                        match rx.recv_timeout(Duration::from_millis(1)) {
                            Ok(n) => handled.push(n),
                            Err(e) if e.is_timeout() => {
                                idle += 1;
                                let _ = idle_tx.try_send(());
                            }
                            Err(_) => return (handled, idle),
                        }
                    }
                });
                tx.send(1).unwrap();
                idle_rx.recv().unwrap();
                tx.send(2).unwrap();
                drop(tx);
                let (handled, idle) = worker.join().unwrap();
                assert_eq!(handled, [1, 2]);
                assert!(idle > 0);
            }

            /// Collects a batch: one blocking receive, then whatever else is there already.
            #[test]
            fn batches() {
                let (tx, rx) = unbounded();
                let writer = thread::spawn(move || {
                    let (mut batches, mut items) = (0, Vec::new());
                    while let Ok(first) = rx.recv() {
                        items.push(first);
                        items.extend(rx.try_iter().take(15));
                        batches += 1;
                    }
                    (batches, items)
                });
                for n in 0..300 {
                    tx.send(n).unwrap();
                }
                drop(tx);
                let (batches, items) = writer.join().unwrap();
                assert!((300 / 16..=300).contains(&batches));
                assert_eq!(items, (0..300).collect::<Vec<_>>());
            }

            /// One deadline covers several receives.
            #[test]
            fn deadline_for_a_whole_answer() {
                let (tx, rx) = unbounded();
                for part in ["a", "b"] {
                    tx.send(part).unwrap();
                }
                let deadline = Instant::now() + Duration::from_millis(20);
                let mut parts = Vec::new();
                let error = loop {
                    match rx.recv_deadline(deadline) {
                        Ok(part) => parts.push(part),
                        Err(error) => break error,
                    }
                };
                assert!(error.is_timeout());
                assert!(Instant::now() >= deadline);
                assert_eq!(parts, ["a", "b"]);
            }

            /// Handles know their channel, its size and what is in it.
            #[test]
            fn introspection() {
                let (tx, rx) = bounded(3);
                let (other, _other_rx) = bounded(3);
                assert!(tx.same_channel(&tx.clone()) && rx.same_channel(&rx.clone()));
                assert!(!tx.same_channel(&other));
                assert_eq!((tx.capacity(), rx.capacity()), (Some(3), Some(3)));
                assert_eq!(unbounded::<()>().0.capacity(), None);
                assert!(tx.is_empty() && !rx.is_full());
                for n in 0..3 {
                    tx.send(n).unwrap();
                    assert_eq!((tx.len(), rx.len()), (n + 1, n + 1));
                }
                assert!(tx.is_full() && !rx.is_empty());
                drop(other);
            }
        }
    };
}
pub(super) use programs;
