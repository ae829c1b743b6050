//! The command line.

use std::ffi::OsString;
use std::str::FromStr;

pub(crate) const HELP: &str = "\
An evening in a restaurant whose greeter and waiters are tasks, whose cooks and wine bots are threads.

usage: restaurant [OPTIONS]

  --guests N      who come and dine, all at once (default: 32)
  --tables N      for one guest each (default: 8)
  --waiters N     tasks that carry orders and dishes (default: 2)
  --cooks N       threads at the stove (default: 2)
  --wine-bots N   threads in the cellar (default: 1)
  --slow N        the stove and the cellar take N times as long (default: 1)
  --staff N       one evening with one of each, one with two of each, and so on up to N: how fast is it, who is idle?
  --one-bot       one evening as usual, one with a single bot that cooks and fetches wine on the room's executor
  --help          print this text

exit status: 0 everybody got what was ordered, 1 something was lost or came twice, 2 nothing was done. The last line printed
is `ordered=N served=N burnt=CAKES lost=N surplus=N` for all evenings together.
";

pub(crate) const EXIT_UNBALANCED: u8 = 1;
pub(crate) const EXIT_FAILED: u8 = 2;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) guests: usize,
    pub(crate) tables: usize,
    pub(crate) waiters: usize,
    pub(crate) cooks: usize,
    pub(crate) wine_bots: usize,
    pub(crate) slow: u32,
    pub(crate) show: Show,
}

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Evening,
    /// Evenings with 1 to so many of each.
    Staff(usize),
    OneBot,
}

#[derive(Debug)]
pub(crate) enum Request {
    Run(Options),
    Help,
}

impl Default for Options {
    fn default() -> Self {
        Options { guests: 32, tables: 8, waiters: 2, cooks: 2, wine_bots: 1, slow: 1, show: Show::Evening }
    }
}

impl Options {
    /// Reads the arguments that follow the program's name; the error is one line for the user.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
        let mut arguments = arguments.into_iter();
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            let name = argument.to_string_lossy();
            let mut at_least_one = || at_least_one(&name, arguments.next());
            match &*name {
                "--help" | "-h" => return Ok(Request::Help),
                "--guests" => options.guests = number(&name, arguments.next())?,
                "--tables" => options.tables = at_least_one()?,
                "--waiters" => options.waiters = at_least_one()?,
                "--cooks" => options.cooks = at_least_one()?,
                "--wine-bots" => options.wine_bots = at_least_one()?,
                "--slow" => options.slow = number(&name, arguments.next())?,
                "--staff" => options.show = options.show.or(Show::Staff(at_least_one()?))?,
                "--one-bot" => options.show = options.show.or(Show::OneBot)?,
                unknown => return Err(format!("unknown option {unknown} (see --help)")),
            }
        }
        Ok(Request::Run(options))
    }
}

impl Show {
    fn or(self, wish: Show) -> Result<Show, String> {
        match self {
            Show::Evening => Ok(wish),
            _ => Err("one of --staff and --one-bot, please, once".to_owned()),
        }
    }
}

fn number<N: FromStr>(name: &str, given: Option<OsString>) -> Result<N, String> {
    let given = given.ok_or_else(|| format!("{name} needs a value"))?;
    let number = given.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{name} needs a whole number, not {}", given.to_string_lossy()))
}

fn at_least_one(name: &str, given: Option<OsString>) -> Result<usize, String> {
    match number(name, given)? {
        0 => Err(format!("{name} must be at least 1")),
        some => Ok(some),
    }
}
