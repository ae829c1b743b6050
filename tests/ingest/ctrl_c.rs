//! Ctrl-C: what is in flight is finished, and nothing is lost.

use super::folder::Folder;
use super::run::Running;

const FILES: u64 = 500;

fn a_long_job(slow: &str) -> (Folder, Running) {
    let folder = Folder::new();
    for number in 0..FILES {
        folder.file(format!("{number}"), format!("{number}\n"));
    }
    let arguments = ["--readers", "2", "--workers", "2", "--capacity", "2", "--slow", slow];
    let running = Running::new(folder.path(), arguments);
    (folder, running)
}

#[test]
fn what_is_in_flight_is_finished() {
    let (_folder, mut running) = a_long_job("100");
    running.hear("progress: ");
    running.signal("INT");
    running.hear("Ctrl-C: the queues are closed, finishing what is in flight");
    let run = running.end();
    assert_eq!(run.code, Some(130), "{run:#?}");
    let (handed_in, written, lost) = run.last();
    assert!(handed_in > 0 && handed_in < FILES, "{run:#?}");
    assert_eq!((handed_in, lost), (written, 0), "{run:#?}");
    assert_eq!(run.report.len() as u64, written, "{run:#?}");
    // The walker and both readers were waiting for room, and there was a path or two between them.
    let turned_away = run.row("stopped by Ctrl-C:");
    assert!(turned_away > 1 && turned_away <= FILES - handed_in, "{run:#?}");
    let words: u64 = run.rows().values().map(|row| row[1].parse::<u64>().expect("a number")).sum();
    assert_eq!(words, written, "each file has one word: {run:#?}");
}

#[test]
fn a_second_one_leaves_at_once() {
    let (_folder, mut running) = a_long_job("3600000");
    running.hear("progress: ");
    running.signal("INT");
    running.hear("Ctrl-C: ");
    running.signal("INT");
    running.hear("ingest: second Ctrl-C: leaving at once");
    let run = running.end();
    assert_eq!((run.code, run.out.as_str()), (Some(130), ""), "{run:#?}");
}
