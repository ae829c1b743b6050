//! What can be wrong with a file, a folder or a command: it is named, and costs nothing else.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::folder::Folder;
use super::run::Run;

const NOTHING: [&str; 0] = [];

/// A folder with two good files, to see that they are counted whatever else is in it.
fn two_good_files() -> Folder {
    let folder = Folder::new();
    folder.file("a good one", "one two\n");
    folder.file("z/another", "three\n");
    folder
}

/// The two good files, counted, and one problem.
fn assert_one_problem(folder: &Folder, name: &str, what: &str) {
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last()), (Some(1), (2, 2, 0)), "{run:#?}");
    assert_eq!((run.row("files"), run.row("words"), run.row("problems")), (2, 3, 1), "{run:#?}");
    let path = folder.join(name);
    assert!(run.err.contains(&format!("{}: {what}", path.display())), "{run:#?}");
    let rows = run.rows();
    assert_eq!(rows[&path][..4], ["-"; 4], "{run:#?}");
    assert!(rows[&path][4].starts_with(what), "{run:#?}");
}

#[test]
fn a_missing_path() {
    let folder = Folder::new();
    let run = Run::new(&folder.join("nowhere"), NOTHING);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:#?}");
    assert!(run.err.contains("nowhere: No such file or directory"), "{run:#?}");
}

#[test]
fn a_command_that_makes_no_sense() {
    let folder = two_good_files();
    for (arguments, complaint) in [
        (&["--fast"][..], "unknown option --fast"),
        (&["--readers", "0"], "--readers must be at least 1"),
        (&["--workers", "0"], "--workers must be at least 1"),
        (&["--capacity", "many"], "--capacity needs a whole number, not many"),
        (&["another path"], "one PATH, please, not 2"),
        (&["--report", "/no/such/folder/report"], "/no/such/folder/report: No such file or directory"),
    ] {
        let run = Run::new(folder.path(), arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:#?}");
        assert!(run.err.contains(complaint), "{complaint} is not in {run:#?}");
    }
}

#[test]
fn an_empty_folder() {
    let folder = Folder::new();
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last()), (Some(0), (0, 0, 0)), "{run:#?}");
    assert!(
        run.out.contains(&format!("nothing to count: there is no file in {}", folder.path().display())),
        "{run:#?}"
    );
}

/// The memory of the process that reads: a file that can be opened, but not be read at its start. (Permissions would not
/// do, because root may read everything.)
#[test]
#[cfg(target_os = "linux")]
fn an_unreadable_file() {
    let folder = two_good_files();
    folder.link("memory", "/proc/self/mem");
    assert_one_problem(&folder, "memory", "not readable: Input/output error");
}

#[test]
fn a_broken_link() {
    let folder = two_good_files();
    folder.link("broken", "nowhere");
    assert_one_problem(&folder, "broken", "broken link");
}

#[test]
fn a_link_to_itself() {
    let folder = two_good_files();
    folder.link("self", "self");
    assert_one_problem(&folder, "self", "not readable: ");
}

#[test]
fn a_pipe_that_nobody_writes_to() {
    let folder = two_good_files();
    folder.tool("mkfifo", &["pipe"]);
    assert_one_problem(&folder, "pipe", "skipped: neither a file nor a folder");
}

#[test]
fn links_to_folders_do_not_loop_and_links_to_files_are_read() {
    let folder = two_good_files();
    folder.link("loop", ".");
    folder.link("z/up", "..");
    folder.link("z/file", "another");
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last()), (Some(0), (3, 3, 0)), "{run:#?}");
    assert!(run.out.contains("1 to files, 2 to folders (not entered)"), "{run:#?}");

    let run = Run::new(&folder.join("loop"), NOTHING);
    assert_eq!(run.last(), (3, 3, 0), "the path itself may be a link: {run:#?}");
}

#[test]
fn a_file_that_is_not_utf8_is_counted() {
    let folder = two_good_files();
    folder.file("latin-1", b"caf\xe9 cr\xe8me\n");
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last(), run.row("words")), (Some(0), (3, 3, 0), 5), "{run:#?}");
    let path = folder.join("latin-1");
    assert!(run.err.contains(&format!("{}: not UTF-8, counted as bytes", path.display())), "{run:#?}");
    assert_eq!(run.rows()[&path][..3], ["1", "2", "11"], "{run:#?}");
    assert!(run.out.contains("3 (1 not UTF-8)"), "{run:#?}");
}

#[test]
fn many_problems_do_not_flood_the_terminal() {
    let folder = two_good_files();
    for number in 0..50 {
        folder.link(&format!("broken-{number}"), "nowhere");
    }
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last(), run.row("problems")), (Some(1), (2, 2, 0), 50), "{run:#?}");
    assert_eq!(run.err.matches(": broken link").count(), 20, "{run:#?}");
    assert_eq!(run.err.matches("see the report").count(), 1, "{run:#?}");
    assert_eq!(run.report.iter().filter(|line| line.contains("\tbroken link\t")).count(), 50, "{run:#?}");
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_not_text() {
    let folder = Folder::new();
    for name in [&b"new\nline"[..], b"caf\xe9", b"quo\"te", b"plain \xc3\xa9"] {
        folder.file(Path::new(OsStr::from_bytes(name)), "x\n");
    }
    let run = Run::new(folder.path(), NOTHING);
    assert_eq!((run.code, run.last(), run.report.len()), (Some(0), (4, 4, 0), 4), "{run:#?}");
    for shown in [r#"new\nline""#, r#"caf\xE9""#, r#"quo\"te""#, "plain é"] {
        assert!(run.report.iter().any(|line| line.ends_with(shown)), "{shown} is not in {run:#?}");
    }
}

/// The device that is always full: the results have reached the writer, and yet they are lost, and the last line says so.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full() {
    let folder = two_good_files();
    let run = Run::new(folder.path(), ["--report", "/dev/full"]);
    assert_eq!((run.code, run.last()), (Some(2), (2, 0, 2)), "{run:#?}");
    assert!(run.out.contains("NOT WRITTEN: /dev/full: No space left on device"), "{run:#?}");
}

#[test]
fn the_report_is_not_part_of_the_input() {
    let folder = two_good_files();
    let report = folder.join("z/report.tsv");
    for _ in 0..2 {
        let run = Run::new(folder.path(), [OsStr::new("--report"), report.as_os_str()]);
        assert_eq!((run.code, run.last(), run.row("words")), (Some(0), (2, 2, 0), 3), "{run:#?}");
    }
    assert_eq!(fs::read_to_string(report).expect("it is there").lines().count(), 3);
}
