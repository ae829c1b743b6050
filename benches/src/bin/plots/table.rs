//! A CSV file as rows whose fields have names.

/// The rows of one file.
#[derive(Debug)]
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a header and what is under it. A line that begins with `#` says nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let (header, _) = lines.next().ok_or("there is no header")?;
        let names = fields(header);
        let mut rows = Vec::new();
        for (line, number) in lines {
            let row = fields(line);
            if row.len() != names.len() {
                return Err(format!("line {number} has {} fields, the header {}", row.len(), names.len()));
            }
            rows.push(row);
        }
        Ok(Self { names, rows })
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|fields| Row { names: &self.names, fields })
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    names: &'a [String],
    fields: &'a [String],
}

impl<'a> Row<'a> {
    /// The field of this name; an empty text where there is no such column.
    pub fn text(&self, name: &str) -> &'a str {
        let column = self.names.iter().position(|known| known == name);
        column.map_or("", |column| self.fields[column].as_str())
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.text(name).parse().ok()
    }
}

/// The fields of a line; one in quotes may hold commas, and quotes doubled.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut().expect("there is always a field");
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => field.push(letter),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::{Table, fields};

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let table = Table::parse("# a note\nvalue,scenario\n2.5,SS/1-1/1\n,ping\n").unwrap();
        let rows: Vec<_> = table.rows().collect();
        assert_eq!((rows[0].text("scenario"), rows[0].number("value")), ("SS/1-1/1", Some(2.5)));
        assert_eq!((rows[1].text("scenario"), rows[1].number("value")), ("ping", None));
        assert_eq!(rows[0].text("regime"), "", "a column that is not there is empty");
    }

    #[test]
    fn a_short_row_is_named() {
        assert!(Table::parse("a,b\n1,2\n3\n").unwrap_err().contains("line 3"));
        assert!(Table::parse("").is_err());
    }

    #[test]
    fn quotes_guard_commas() {
        assert_eq!(fields(r#"a,"b, ""c""",d,"#), ["a", r#"b, "c""#, "d", ""]);
    }
}
