//! The versions that were measured.

const LOCK: &str = include_str!("../Cargo.lock");

/// Such as `flume 0.12.0`, for each of `names` that the lock file knows.
pub fn of(names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = LOCK.lines();
    while let Some(line) = lines.next() {
        let Some(name) = value(line, "name = ").filter(|name| names.contains(name)) else {
            continue;
        };
        if let Some(version) = lines.next().and_then(|line| value(line, "version = ")) {
            found.push(format!("{name} {version}"));
        }
    }
    found
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key).map(|quoted| quoted.trim_matches('"'))
}
