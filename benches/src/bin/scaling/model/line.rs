//! A cache line: which cores have a valid copy, and who has asked for it.

/// Cores are numbered below 128.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    copies: u128,
    /// The core that asked for it before it needed it, and when it will be there, in ns.
    coming: Option<(usize, f64)>,
}

/// Who touches a line, when, and how long one is on its way from core to core; times in ns.
#[derive(Debug, Clone, Copy)]
pub struct Touch {
    pub core: usize,
    pub at: f64,
    pub transfer: f64,
}

/// What is done to a line: how long that takes to be possible.
pub type Access = fn(&mut Line, Touch) -> f64;

impl Touch {
    /// The same, so much later.
    pub fn after(self, ns: f64) -> Self {
        Self { at: self.at + ns, ..self }
    }
}

impl Line {
    /// Reads it: how long that takes to be possible.
    pub fn read(&mut self, touch: Touch) -> f64 {
        let is_new = self.copies >> touch.core & 1 == 0;
        // A line that nobody has touched is as good as one's own.
        let moves = is_new && self.copies != 0;
        self.copies |= 1 << touch.core;
        self.arrives(touch, moves)
    }

    /// Writes it, which leaves nobody else a copy: how long that takes to be possible.
    pub fn write(&mut self, touch: Touch) -> f64 {
        let own = 1 << touch.core;
        let moves = self.copies & !own != 0;
        self.copies = own;
        self.arrives(touch, moves)
    }

    /// Asks for it, to [`read`](Self::read) or to [`write`](Self::write), and goes on with something else.
    pub fn ask(&mut self, access: Access, touch: Touch) {
        let wait = access(self, touch);
        self.coming = (wait > 0.0).then_some((touch.core, touch.at + wait));
    }

    fn arrives(&mut self, touch: Touch, moves: bool) -> f64 {
        if moves {
            self.coming = None;
            return touch.transfer;
        }
        match self.coming {
            Some((core, at)) if core == touch.core => (at - touch.at).max(0.0),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Touch};

    fn at(at: f64, core: usize) -> Touch {
        Touch { core, at, transfer: 10.0 }
    }

    #[test]
    fn a_line_moves_when_it_is_touched_elsewhere() {
        let mut line = Line::default();
        let now = |core| at(0.0, core);
        let first = [line.write(now(3)), line.write(now(3)), line.read(now(3))];
        assert_eq!(first, [0.0; 3]);
        let read = [line.read(now(7)), line.read(now(7)), line.read(now(3))];
        assert_eq!(read, [10.0, 0.0, 0.0], "two may have it to read");
        let written = [line.write(now(3)), line.write(now(3)), line.read(now(127))];
        assert_eq!(written, [10.0, 0.0, 10.0], "only one to write");
    }

    #[test]
    fn a_line_that_was_asked_for_in_time_is_there() {
        let mut line = Line::default();
        line.write(at(0.0, 3));
        line.ask(Line::write, at(0.0, 7));
        assert_eq!([line.write(at(4.0, 7)), line.write(at(20.0, 7))], [6.0, 0.0]);
        line.ask(Line::read, at(30.0, 3));
        assert_eq!(line.write(at(31.0, 7)), 10.0, "it is taken away on its way");
        assert_eq!(line.read(at(60.0, 3)), 10.0);
    }
}
