//! What is printed of one evening, of several with more and more staff, of two that differ in who cooks.

use std::io::{self, Write};
use std::time::Duration;

use super::evening::{Evening, Makers, spend};
use super::menu::Item;
use super::options::{Options, Show};
use super::tally::Tally;

/// Spends the evenings that were asked for; each is told as soon as it is over.
pub(crate) fn show(options: &Options, out: &mut impl Write) -> io::Result<Tally> {
    let as_usual = Makers::Threads { cooks: options.cooks, wine_bots: options.wine_bots };
    let tally = match options.show {
        Show::Evening => columns(&[("", spend(options, options.waiters, as_usual))], out)?,
        Show::Staff(most) => staff(options, most, out)?,
        Show::OneBot => {
            let threads = spend(options, options.waiters, as_usual);
            let one_bot = spend(options, options.waiters, Makers::OneBot);
            columns(&[("cooks on threads", threads), ("one bot in a task", one_bot)], out)?
        }
    };
    writeln!(out, "{tally}")?;
    out.flush()?;
    Ok(tally)
}

/// One row for each size of the staff: so many waiters, cooks, wine bots.
fn staff(options: &Options, most: usize, out: &mut impl Write) -> io::Result<Tally> {
    let mut sum = Tally::default();
    writeln!(out, "of each      seconds  dishes/s  cooks busy  mean wait  longest stall")?;
    for count in 1..=most {
        let evening = spend(options, count, Makers::Threads { cooks: count, wine_bots: count });
        let (seconds, per_second, busy) = (evening.took.as_secs_f64(), per_second(&evening), busy(&evening));
        let (wait, stall) = (mean_wait(&evening, |_| true), millis(evening.longest_stall));
        writeln!(out, "{count:<9}{seconds:>11.3}{per_second:>10.1}{busy:>12}{wait:>11}{stall:>15}")?;
        out.flush()?;
        sum += Tally::of(&evening.bills);
    }
    Ok(sum)
}

/// One column for each evening.
fn columns(evenings: &[(&str, Evening)], out: &mut impl Write) -> io::Result<Tally> {
    let mut row = |name: &str, cell: &dyn Fn(&Evening) -> String| {
        let cells: String = evenings.iter().map(|(_, evening)| format!("{:>20}", cell(evening))).collect();
        writeln!(out, "{name:<24}{cells}")
    };
    let tally = |evening: &Evening| Tally::of(&evening.bills);
    let cakes = |evening: &Evening| {
        evening.bills.iter().flat_map(|bill| &bill.ordered).filter(|&&item| item == Item::Cake).count()
    };

    row("seconds", &|evening| format!("{:.3}", evening.took.as_secs_f64()))?;
    row("dishes/s", &|evening| format!("{:.1}", per_second(evening)))?;
    row("cooks busy", &busy)?;
    for item in Item::ALL {
        row(&format!("mean wait for {}", item.name()), &|evening| mean_wait(evening, |other| other == item))?;
    }
    row("longest stall", &|evening| millis(evening.longest_stall))?;
    row("burnt cakes", &|evening| format!("{} of {}", tally(evening).burnt, cakes(evening)))?;
    row("tickets at the stove", &|evening| format!("{} in, {} out", evening.stove.0, evening.stove.1))?;
    row("bills", &|evening| evening.bills.len().to_string())?;
    row("paid", &|evening| evening.bills.iter().map(super::guest::Bill::total).sum::<u64>().to_string())?;

    let mut sum = Tally::default();
    evenings.iter().for_each(|(_, evening)| sum += tally(evening));
    Ok(sum)
}

fn per_second(evening: &Evening) -> f64 {
    let plates: usize = evening.bills.iter().map(|bill| bill.plates.len()).sum();
    plates as f64 / evening.took.as_secs_f64()
}

/// Which part of their time those at the stove had something to do.
fn busy(evening: &Evening) -> String {
    let busy: Duration = evening.cooks.iter().map(|cook| cook.0).sum();
    let there = evening.took * u32::try_from(evening.cooks.len()).expect("not that many cooks");
    format!("{:.0} %", 100.0 * busy.as_secs_f64() / there.as_secs_f64())
}

/// From the order to the table.
fn mean_wait(evening: &Evening, which: impl Fn(Item) -> bool) -> String {
    let plates = evening.bills.iter().flat_map(|bill| &bill.plates).filter(|plate| which(plate.item));
    let (count, sum) = plates.fold((0, Duration::ZERO), |(count, sum), plate| (count + 1, sum + plate.waited));
    if count == 0 { "-".to_owned() } else { millis(sum / count) }
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", 1e3 * duration.as_secs_f64())
}
