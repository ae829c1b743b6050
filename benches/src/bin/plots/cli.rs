//! The command line.

use std::path::PathBuf;

pub const USAGE: &str = "\
Draws what the benchmark has measured.

usage: plots [OPTIONS] FILE.csv...

--out FOLDER      where the pictures go (default: here)
--report FILE.md  the report of the same measurement: conditions and versions are taken from it
--machine TEXT    what it was measured on
--date TEXT       when
--versions TEXT   of what
--command TEXT    how, for whoever wants to repeat it
";

/// What the user wants.
#[derive(Debug, Default)]
pub struct Options {
    pub files: Vec<PathBuf>,
    pub out: PathBuf,
    pub report: Option<PathBuf>,
    pub machine: Option<String>,
    pub date: Option<String>,
    pub versions: Option<String>,
    pub command: Option<String>,
}

/// `None` if help is wanted.
pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { out: ".".into(), ..Options::default() };
    while let Some(word) = words.next() {
        let mut operand = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--help" | "-h" => return Ok(None),
            "--out" => options.out = operand()?.into(),
            "--report" => options.report = Some(operand()?.into()),
            "--machine" => options.machine = Some(operand()?),
            "--date" => options.date = Some(operand()?),
            "--versions" => options.versions = Some(operand()?),
            "--command" => options.command = Some(operand()?),
            option if option.starts_with('-') => return Err(format!("no such option: {option}")),
            _ => options.files.push(word.into()),
        }
    }
    if options.files.is_empty() {
        return Err("no file was named".into());
    }
    Ok(Some(options))
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn words(line: &str) -> impl Iterator<Item = String> {
        line.split(' ').map(String::from)
    }

    #[test]
    fn files_and_options_may_be_mixed() {
        let options = parse(words("a.csv --out pictures b.csv --date today")).unwrap().unwrap();
        assert_eq!(options.files.len(), 2);
        assert_eq!((options.out.to_str(), options.date.as_deref()), (Some("pictures"), Some("today")));
        assert!(parse(words("--help")).unwrap().is_none());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in ["--out", "--outt x a.csv", "--date today"] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }
}
