//! Under which conditions was measured: the lines at the foot of a picture.

use crate::cli::Options;
use crate::runs::Runs;

/// What the report says of its measurement: its conditions, then its versions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    conditions: Option<String>,
    versions: Option<String>,
}

impl Said {
    /// Reads the paragraphs between the title of a report and its first table.
    pub fn read(report: &str) -> Self {
        let head = report.lines().skip_while(|line| line.starts_with("# ") || line.is_empty());
        let mut paragraphs = head.take_while(|line| !line.starts_with('#')).filter(|line| !line.is_empty());
        let mut next = || paragraphs.next().map(|line| line.replace('`', ""));
        Self { conditions: next(), versions: next() }
    }
}

/// The lines under the pictures of one regime.
pub fn lines(runs: &Runs, options: &Options, said: &Said) -> Vec<String> {
    let rounds = match runs.rounds() {
        1 => "one round".to_string(),
        rounds => format!("median of {rounds} rounds"),
    };
    let regime = Some(&runs.regime).filter(|regime| !regime.is_empty()).map(|regime| format!("regime: {regime}"));
    let parts = [options.date.clone(), options.machine.clone(), regime, Some(rounds), said.conditions.clone()];
    let mut lines = vec![parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")];
    lines.extend(options.versions.clone().or_else(|| said.versions.clone()));
    lines.extend(options.command.clone().map(|command| format!("$ {command}")));
    if let (cells, disturbed @ 1..) = runs.disturbed_cells() {
        lines.push(format!(
            "Other programs disturbed every run of {disturbed} of the {cells} cells: read those with care."
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Said, lines};
    use crate::cli::Options;
    use crate::runs::Runs;
    use crate::table::Table;

    #[test]
    fn the_head_of_a_report_is_understood() {
        let said = Said::read(
            "# bifrons beside its peers\n\n2 rounds, profile `release`\n\na 1, b 2\n\n## Results\n\n| x |\n",
        );
        assert_eq!(said.conditions.as_deref(), Some("2 rounds, profile release"));
        assert_eq!(said.versions.as_deref(), Some("a 1, b 2"));
        assert_eq!(Said::read("# title\n\n## Results\n"), Said::default());
    }

    #[test]
    fn the_foot_says_what_is_known_and_no_more() {
        let table = Table::parse(
            "round,scenario,channel,outcome,value,unit,foreign_cpus,regime\n\
            0,s,bifrons,measured,1,ns,0.9,loaded\n1,s,bifrons,measured,1,ns,0.9,loaded\n0,s,kanal,measured,1,ns,0,loaded\n",
        );
        let runs = Runs::by_regime(&[table.unwrap()]).pop().unwrap();
        let options = Options { date: Some("May".into()), command: Some("make".into()), ..Options::default() };
        let foot = lines(&runs, &options, &Said::default());
        assert_eq!(foot[0], "May · regime: loaded · median of 2 rounds");
        assert_eq!(foot[1], "$ make");
        assert!(foot[2].contains("1 of the 2 cells") && foot.len() == 3);
    }
}
