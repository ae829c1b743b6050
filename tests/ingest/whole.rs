//! A whole folder, whatever the number of threads, tasks and places.

use std::process::Command;

use super::folder::Folder;
use super::run::{Run, program};

fn a_tree() -> Folder {
    let folder = Folder::new();
    for number in 0..300 {
        folder.file(format!("{}/{}/{number}.txt", number % 3, number % 7), format!("file {number}\n").repeat(number));
    }
    folder
}

#[test]
fn every_shape_of_the_pipeline_gives_the_same_report() {
    let folder = a_tree();
    let expected = Run::new(folder.path(), ["--readers", "1", "--workers", "1", "--capacity", "1"]);
    assert_eq!((expected.code, expected.last()), (Some(0), (300, 300, 0)), "{expected:#?}");
    assert_eq!(expected.row("lines"), (0..300).sum::<u64>());
    for (readers, workers, capacity) in [(1, 8, 0), (8, 1, 0), (4, 4, 0), (8, 8, 1), (3, 2, 1000), (2, 3, 3)] {
        let [readers, workers, capacity] = [readers, workers, capacity].map(|n: u32| n.to_string());
        let run = Run::new(folder.path(), ["--readers", &readers, "--workers", &workers, "--capacity", &capacity]);
        assert_eq!((run.code, run.last()), (Some(0), (300, 300, 0)), "{run:#?}");
        assert_eq!(run.report, expected.report);
    }
}

#[test]
fn folders_named_git_and_target_are_left_out_unless_asked_for() {
    let folder = Folder::new();
    for name in [".git/config", "target/debug/x", "src/target/y", "src/main.rs", "src/.github/z", "src/targets"] {
        folder.file(name, "x\n");
    }
    let some = Run::new(folder.path(), ["--workers", "1"]);
    assert_eq!((some.code, some.last(), some.row("left out")), (Some(0), (3, 3, 0), 3), "{some:#?}");
    let all = Run::new(folder.path(), ["--all"]);
    assert_eq!((all.code, all.last(), all.row("left out")), (Some(0), (6, 6, 0), 0), "{all:#?}");
    let target = Run::new(&folder.join("target"), ["--workers", "1"]);
    assert_eq!(target.last(), (1, 1, 0), "the folder that was asked for is entered: {target:#?}");
}

#[test]
fn one_file_is_a_path_too() {
    let folder = a_tree();
    let run = Run::new(&folder.join("2/5/5.txt"), ["--capacity", "1"]);
    assert_eq!((run.code, run.last(), run.row("lines"), run.row("words")), (Some(0), (1, 1, 0), 5, 10), "{run:#?}");
}

#[test]
fn without_arguments_it_counts_the_current_folder_and_leaves_nothing_there() {
    let (folder, temporary) = (a_tree(), Folder::new());
    let mut command = Command::new(program());
    let output = command.current_dir(folder.path()).env("TMPDIR", temporary.path()).output().expect("it starts");
    let out = String::from_utf8(output.stdout).expect("plain text");
    assert!(output.status.success() && out.ends_with("in=300 out=300 lost=0\n"), "{out}");
    let report = out.lines().find_map(|line| line.strip_prefix("report ")).expect("it is named").trim();
    assert!(report.starts_with(temporary.path().to_str().expect("plain text")), "{report}");
    assert_eq!(std::fs::read_to_string(report).expect("it is there").lines().count(), 301);
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 3, "nothing new");
}

#[test]
fn a_path_that_looks_like_an_option() {
    let (folder, temporary) = (Folder::new(), Folder::new());
    folder.file("--all", "x\n");
    let mut command = Command::new(program());
    command.current_dir(folder.path()).arg("--report").arg(temporary.join("report")).args(["--", "--all"]);
    let output = command.output().expect("it starts");
    let out = String::from_utf8(output.stdout).expect("plain text");
    assert!(output.status.success() && out.ends_with("in=1 out=1 lost=0\n"), "{out}");
    assert!(out.starts_with("path                  --all\n"), "{out}");
}

#[test]
fn the_length_of_a_queue_never_exceeds_its_capacity() {
    let folder = a_tree();
    for capacity in [0, 1, 5] {
        let named = capacity.to_string();
        let run = Run::new(folder.path(), ["--readers", "4", "--workers", "1", "--capacity", &named, "--slow", "1"]);
        assert_eq!((run.code, run.last()), (Some(0), (300, 300, 0)), "{run:#?}");
        let row = run.out.lines().find_map(|line| line.strip_prefix("highest queue length  files ")).expect("a row");
        let numbers: Vec<usize> = row.split([',', ' ']).filter_map(|word| word.parse().ok()).collect();
        let [files, news, room] = numbers[..] else { panic!("three numbers in {row:?}") };
        assert_eq!(room, capacity);
        assert!(files <= capacity && news <= capacity, "{run:#?}");
        assert!(capacity == 0 || files > 0, "a resting task makes the readers wait: {run:#?}");
    }
}

#[test]
fn help_is_given() {
    let folder = Folder::new();
    let run = Run::new(folder.path(), ["--help"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(run.out.contains("usage: ingest"), "{run:#?}");
}
