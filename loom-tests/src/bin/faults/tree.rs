//! The copy of the library that is made worse.

use std::fs;
use std::path::{Path, PathBuf};

/// A copy of the library and its models, beside the target folders.
#[derive(Debug)]
pub struct Tree {
    origin: PathBuf,
    root: PathBuf,
}

/// What of the repository the models need.
const PARTS: [&str; 8] = [
    "Cargo.toml",
    "src",
    "loom-tests/Cargo.toml",
    "loom-tests/Cargo.lock",
    "loom-tests/.cargo",
    "loom-tests/src",
    "loom-tests/tests",
    "loom-tests/rustfmt.toml",
];

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
        Ok(tree)
    }

    /// The package with the models.
    pub fn models(&self) -> PathBuf {
        self.root.join("loom-tests")
    }

    /// The unharmed source of a file.
    pub fn source(&self, file: &str) -> Result<String, String> {
        fs::read_to_string(self.origin.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    /// Runs `f` with a file changed, and puts it back in any case.
    pub fn with<R>(&self, file: &str, changed: &str, f: impl FnOnce() -> R) -> Result<R, String> {
        let place = self.root.join(file);
        let told = |error: std::io::Error| format!("{}: {error}", place.display());
        let whole = self.source(file)?;
        fs::write(&place, changed).map_err(told)?;
        let result = f();
        fs::write(&place, whole).map_err(told)?;
        Ok(result)
    }
}

/// Copies what differs, so that nothing is built again without need, and removes what is no longer there.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        let contents = fs::read(from)?;
        if fs::read(to).ok().as_ref() != Some(&contents) {
            fs::create_dir_all(to.parent().unwrap_or(to))?;
            fs::write(to, contents)?;
        }
        return Ok(());
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
