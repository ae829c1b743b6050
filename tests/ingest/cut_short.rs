//! Files that break off in the middle, where the task already has the first piece.

use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use super::program::read::{File, PIECE, Piece, Reader, Readings};
use super::program::report::News;
use super::program::work::Worker;

/// Gives so many bytes, then fails.
struct Breaks(usize);

impl Read for Breaks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("the disk is gone"));
        }
        let read = buffer.len().min(self.0);
        buffer[..read].fill(b'x');
        self.0 -= read;
        Ok(read)
    }
}

/// What a task makes of the files; `None` stands for a problem.
fn counted(files: bifrons::Receiver<File>) -> Vec<(PathBuf, Option<u64>)> {
    let (news_in, news) = bifrons::unbounded();
    let worker = Worker { files: files.into_async(), news: news_in.into_async(), slow: Duration::ZERO };
    smol::block_on(worker.work());
    let results = news.iter().map(|news| match news {
        News::Result { path, counts } => (path, counts.ok().map(|counts| counts.bytes)),
        other => panic!("not from a task: {other:?}"),
    });
    results.collect()
}

#[test]
fn an_error_in_the_middle_is_a_result_and_the_next_file_is_whole() {
    for good in [PIECE, PIECE + 1, 5 * PIECE, 5 * PIECE + 1] {
        let (_, paths) = bifrons::bounded(1);
        let (files_in, files) = bifrons::bounded(1);
        let (news, problems) = bifrons::unbounded();
        let reader = Reader { paths, files: files_in, news };
        let readings = std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let mut readings = Readings::default();
                reader.hand_in("breaks".into(), Breaks(good), &mut readings).expect("the task listens");
                reader.hand_in("whole".into(), &vec![b'x'; good][..], &mut readings).expect("the task listens");
                readings
            });
            let expected = vec![("breaks".into(), None), ("whole".into(), Some(good as u64))];
            assert_eq!(counted(files), expected, "after {good} bytes");
            reading.join().expect("no panic")
        });
        assert_eq!((readings.handed_in, readings.unreadable), (2, 0));
        assert!(problems.iter().next().is_none(), "what was handed in is the task's to report");
    }
}

#[test]
fn an_error_in_the_first_piece_is_a_problem_and_nothing_is_handed_in() {
    let (_, paths) = bifrons::bounded(1);
    let (files_in, files) = bifrons::bounded(1);
    let (news, problems) = bifrons::unbounded();
    let reader = Reader { paths, files: files_in, news };
    let mut readings = Readings::default();
    reader.hand_in("breaks".into(), Breaks(PIECE - 1), &mut readings).expect("the writer listens");
    drop(reader);
    assert_eq!((readings.handed_in, readings.unreadable), (0, 1));
    assert_eq!(counted(files), []);
    assert!(matches!(problems.recv(), Ok(News::Problem { why, .. }) if why == "not readable: the disk is gone"));
}

#[test]
fn a_reader_that_goes_away_is_not_taken_for_the_end_of_the_file() {
    let (files_in, files) = bifrons::bounded(1);
    let (pieces, rest) = bifrons::bounded(1);
    let file = File { path: "orphan".into(), first: vec![b'x'; PIECE], rest: Some(rest.into_async()) };
    files_in.send(file).expect("there is room");
    pieces.send(Piece::More(b"more".to_vec())).expect("there is room");
    drop((pieces, files_in));
    assert_eq!(counted(files), [("orphan".into(), None)]);
}
