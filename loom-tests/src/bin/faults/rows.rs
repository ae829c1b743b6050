//! Reads `faults.toml`: the little of TOML that its rows need.

/// A change to the library.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub id: String,
    pub kind: Kind,
    /// What is wrong with it.
    pub why: String,
    /// The file, from the root of the repository.
    pub file: String,
    /// A text that is there once, at most [`REACH`] lines above what is found; empty if what is found is there once itself.
    pub anchor: String,
    pub find: String,
    pub replace: String,
    /// Every occurrence in the file, and not the only one.
    pub all: bool,
    /// Other rows that are applied with it.
    pub with: Vec<String>,
    /// The models that must fail: `binary::module::model`.
    pub kills: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// The listed models must notice it.
    #[default]
    Fault,
    /// No model may notice it: a constant that the models would otherwise never come near.
    Variant,
}

/// How many lines an anchor reaches, its own included.
const REACH: usize = 8;

impl Row {
    /// The source with the change in it.
    pub fn apply(&self, source: &str) -> Result<String, String> {
        let stale = |what: &str| Err(format!("row `{}` is stale: {what} in {}", self.id, self.file));
        if self.all {
            return match source.matches(&self.find).count() {
                0 => stale("nothing is found"),
                _ => Ok(source.replace(&self.find, &self.replace)),
            };
        }
        let start = if self.anchor.is_empty() {
            0
        } else {
            let mut found = source.match_indices(&self.anchor);
            match (found.next(), found.next()) {
                (Some((start, _)), None) => start,
                (None, _) => return stale("the anchor is not"),
                (Some(_), Some(_)) => return stale("the anchor is more than once"),
            }
        };
        let within = &source[start..];
        let end = match within.match_indices('\n').nth(REACH - 1) {
            Some((end, _)) if !self.anchor.is_empty() => end,
            _ => within.len(),
        };
        let mut found = within[..end].match_indices(&self.find);
        match (found.next(), found.next()) {
            (Some((at, text)), None) => {
                let at = start + at;
                Ok(format!("{}{}{}", &source[..at], self.replace, &source[at + text.len()..]))
            }
            (None, _) => stale("what is to be found is not"),
            (Some(_), Some(_)) => stale("what is to be found is more than once"),
        }
    }

    fn set(&mut self, key: &str, value: Value) -> Result<(), String> {
        let place = match (key, value) {
            ("kills", Value::Texts(texts)) => {
                self.kills = texts;
                return Ok(());
            }
            ("with", Value::Texts(texts)) => {
                self.with = texts;
                return Ok(());
            }
            ("all", Value::Text(text)) => {
                self.all = text == "yes";
                return Ok(());
            }
            ("id", Value::Text(text)) => (&mut self.id, text),
            ("why", Value::Text(text)) => (&mut self.why, text),
            ("file", Value::Text(text)) => (&mut self.file, text),
            ("anchor", Value::Text(text)) => (&mut self.anchor, text),
            ("find", Value::Text(text)) => (&mut self.find, text),
            ("replace", Value::Text(text)) => (&mut self.replace, text),
            (key, _) => return Err(format!("row `{}`: no such key, or not such a value: {key}", self.id)),
        };
        *place.0 = place.1;
        Ok(())
    }
}

enum Value {
    Text(String),
    Texts(Vec<String>),
}

/// The rows of the file.
pub fn read(text: &str) -> Result<Vec<Row>, String> {
    let mut rows: Vec<Row> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        match line.trim_end() {
            comment if comment.starts_with('#') => rest = after,
            "[[fault]]" => {
                rows.push(Row::default());
                rest = after;
            }
            "[[variant]]" => {
                rows.push(Row { kind: Kind::Variant, ..Row::default() });
                rest = after;
            }
            _ => {
                let (key, after) = rest.split_once('=').ok_or_else(|| format!("neither a row nor a key: {line}"))?;
                let (value, after) = value(after.trim_start()).ok_or_else(|| format!("no value: {line}"))?;
                rows.last_mut().ok_or("a key before the first row")?.set(key.trim(), value)?;
                rest = after;
            }
        }
    }
    for row in &rows {
        let whole = !row.id.is_empty() && !row.file.is_empty() && !row.find.is_empty() && !row.why.is_empty();
        if !whole || (row.kind == Kind::Fault) == row.kills.is_empty() {
            return Err(format!("row `{}` lacks something", row.id));
        }
    }
    Ok(rows)
}

fn value(text: &str) -> Option<(Value, &str)> {
    if let Some(list) = text.strip_prefix('[') {
        let (inside, after) = list.split_once(']')?;
        let texts = inside.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        return Some((Value::Texts(texts), after));
    }
    for quote in ["'''", "\"", "'"] {
        if let Some(inside) = text.strip_prefix(quote) {
            let (inside, after) = inside.split_once(quote)?;
            // As in TOML, a line break right after the opening quotes does not count.
            let inside = inside.strip_prefix('\n').filter(|_| quote == "'''").unwrap_or(inside);
            return Some((Value::Text(inside.to_owned()), after));
        }
    }
    None
}
