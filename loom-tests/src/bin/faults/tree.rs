//! The copy of the library that is made worse.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A copy of the library and its models, beside the target folders.
#[derive(Debug)]
pub struct Tree {
    origin: PathBuf,
    root: PathBuf,
}

/// What of the repository the models need.
const PARTS: [&str; 5] = ["src", "loom-tests/Cargo.lock", "loom-tests/.cargo", "loom-tests/src", "loom-tests/tests"];

/// The manifests, which go without what the models do not need.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "loom-tests/Cargo.toml"];

impl Tree {
    /// Brings the copy up to date.
    pub fn new(origin: &Path, root: PathBuf) -> Result<Self, String> {
        let tree = Self { origin: origin.to_owned(), root };
        for part in PARTS {
            let (from, to) = (tree.origin.join(part), tree.root.join(part));
            if from.exists() {
                copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
            }
        }
        MANIFESTS.iter().try_for_each(|manifest| tree.copy_manifest(manifest))?;
        Ok(tree)
    }

    /// The copy has no use for this program, and would build it with every test; nor has it the examples.
    fn copy_manifest(&self, file: &str) -> Result<(), String> {
        let told = |error: std::io::Error| format!("{file}: {error}");
        let manifest = fs::read_to_string(self.origin.join(file)).map_err(told)?;
        let is_kept = |part: &&str| !["[[bin]]", "[[example]]", "[[test]]"].iter().any(|what| part.starts_with(what));
        let kept: Vec<_> = manifest.split("\n\n").filter(is_kept).collect();
        write(&self.root.join(file), kept.join("\n\n").as_bytes()).map_err(told)
    }

    /// The package with the models.
    pub fn models(&self) -> PathBuf {
        self.root.join("loom-tests")
    }

    /// The unharmed source of a file, as it was copied: the original may go on changing.
    pub fn source(&self, file: &str) -> Result<String, String> {
        fs::read_to_string(self.root.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    /// Runs `f` with some files changed, and puts them back in any case.
    pub fn with<R>(&self, changes: &BTreeMap<String, String>, f: impl FnOnce() -> R) -> Result<R, String> {
        let put = |file: &str, contents: &str| {
            write(&self.root.join(file), contents.as_bytes()).map_err(|error| format!("{file}: {error}"))
        };
        let mut whole = Vec::new();
        for (file, changed) in changes {
            whole.push((file, fs::read_to_string(self.root.join(file)).map_err(|error| format!("{file}: {error}"))?));
            put(file, changed)?;
        }
        let result = f();
        for (file, contents) in whole {
            put(file, &contents)?;
        }
        Ok(result)
    }
}

/// Writes a file unless that is what it says already.
fn write(to: &Path, contents: &[u8]) -> std::io::Result<()> {
    if fs::read(to).is_ok_and(|there| there == contents) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::write(to, contents)
}

/// Copies what differs, so that nothing is built again without need, and removes what is no longer there.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return write(to, &fs::read(from)?);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
