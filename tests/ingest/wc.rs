//! Lines, words, bytes: the same numbers as `wc`; the checksum of `cksum`.

use std::collections::BTreeMap;

use super::folder::Folder;
use super::program::read::PIECE;
use super::run::Run;

#[test]
fn the_counts_are_those_of_wc_and_cksum() {
    let folder = Folder::new();
    let files = files();
    for (name, content) in &files {
        folder.file(name, content);
    }
    let run = Run::new(folder.path(), ["--capacity", "3", "--workers", "3"]);
    assert_eq!((run.code, run.last()), (Some(0), (files.len() as u64, files.len() as u64, 0)), "{run:#?}");

    let names: Vec<_> = files.keys().copied().collect();
    let (wc, cksum) = (folder.tool("wc", &names), folder.tool("cksum", &names));
    let (wc, cksum) = (table(&wc), table(&cksum));
    let rows = run.rows();
    assert_eq!(rows.len(), files.len());
    let follows_our_rule = wc["a control character"][1] == 0;
    if !follows_our_rule {
        eprintln!("this wc takes bytes that are not printable for words: words are held against the rule alone");
    }
    for (name, content) in &files {
        let row = &rows[&folder.join(name)];
        let [lines, words, bytes, cksum_here] =
            [0, 1, 2, 3].map(|column| row[column].parse::<u64>().expect("a number"));
        assert_eq!((lines, bytes), (wc[name][0], wc[name][2]), "{name}");
        assert_eq!(words, words_by_the_rule(content), "{name}");
        assert!(!follows_our_rule || words == wc[name][1], "{name}: {words} words, wc says {}", wc[name][1]);
        assert_eq!([cksum_here, bytes], cksum[name][..], "{name}");
        assert_eq!(row[4], if std::str::from_utf8(content).is_ok() { "UTF-8" } else { "not UTF-8" }, "{name}");
    }

    let sum = |column: usize| rows.values().map(|row| row[column].parse::<u64>().expect("a number")).sum::<u64>();
    assert_eq!(["lines", "words", "bytes"].map(|name| run.row(name)), [0, 1, 2].map(sum));
    assert_eq!(run.row("files"), files.len() as u64);
    assert!(run.report.is_sorted_by_key(|line| line.rsplit('\t').next()), "{run:#?}");
}

/// A word: a run of bytes without ASCII white space that has a printable byte in it.
fn words_by_the_rule(content: &[u8]) -> u64 {
    let runs = content.split(|byte| b" \t\n\x0b\x0c\r".contains(byte));
    runs.filter(|run| run.iter().any(u8::is_ascii_graphic)).count() as u64
}

/// Lines of numbers with a name behind them.
fn table(text: &str) -> BTreeMap<&str, Vec<u64>> {
    let columns = text.lines().map(|line| {
        let mut rest = line.trim_start();
        let mut numbers = Vec::new();
        while let Some((Ok(number), behind)) = rest.split_once(' ').map(|(word, behind)| (word.parse(), behind)) {
            numbers.push(number);
            rest = behind.trim_start();
        }
        (rest, numbers)
    });
    columns.collect()
}

/// Names must not begin with a number: see `table`.
fn files() -> BTreeMap<&'static str, Vec<u8>> {
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    BTreeMap::from([
        ("empty", Vec::new()),
        ("one line", b"one line\n".to_vec()),
        ("no line end", b"no line\nend".to_vec()),
        ("only line ends", b"\n\n\n".to_vec()),
        ("carriage returns", b"one\r\ntwo three\r\n\r\nfour\r".to_vec()),
        ("form feeds", b"one\x0ctwo\x0c\x0c three\n\x0c".to_vec()),
        ("vertical tabs", b"one\x0btwo\x0b\x0b three\n\x0b".to_vec()),
        ("tabs", b"\tone\t\ttwo\t".to_vec()),
        ("a control character", b"\x01".to_vec()),
        ("unprintable words", b" \x01 \x7f\x80 \xff\n\0 a\0b \0c d\0 ".to_vec()),
        ("UTF-8", "früher — später\u{a0}dann\u{2003}ß\u{85}日本\n".into()),
        ("cut character", b"caf\xc3".to_vec()),
        ("overlong", b"a\xc0\x80b\n".to_vec()),
        ("every byte", every_byte.clone()),
        ("between letters", every_byte.iter().flat_map(|&byte| [b'a', byte, b'b', b'\n']).collect()),
        ("between blanks", every_byte.iter().flat_map(|&byte| [b' ', byte]).collect()),
        ("a piece less one", vec![b'x'; PIECE - 1]),
        ("a piece", vec![b'x'; PIECE]),
        ("a piece more one", vec![b'x'; PIECE + 1]),
        ("a piece, a word", [&vec![b'x'; PIECE][..], b" y"].concat()),
        ("characters across pieces", format!("x{}", "日本 é\n".repeat(PIECE / 3)).into()),
        ("a broken one across pieces", [&vec![b'x'; PIECE - 1][..], b"\xe6\x97", b"\n"].concat()),
        ("a cut one at the end of a piece", [&vec![b'x'; PIECE - 1][..], b"\xe6"].concat()),
        ("noise", noise.take(3 * PIECE + 77).collect()),
    ])
}
