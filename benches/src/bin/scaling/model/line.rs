//! A cache line: which cores have a valid copy.

/// Cores are numbered below 128.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    copies: u128,
}

impl Line {
    /// Reads it on this core; how many transfers that takes.
    pub fn read(&mut self, core: usize) -> f64 {
        let is_new = self.copies >> core & 1 == 0;
        // A line that nobody has touched is as good as one's own.
        let moves = is_new && self.copies != 0;
        self.copies |= 1 << core;
        f64::from(u8::from(moves))
    }

    /// Writes it on this core, which leaves nobody else a copy; how many transfers that takes.
    pub fn write(&mut self, core: usize) -> f64 {
        let own = 1 << core;
        let moves = self.copies & !own != 0;
        self.copies = own;
        f64::from(u8::from(moves))
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_line_moves_when_it_is_touched_elsewhere() {
        let mut line = Line::default();
        let first = [line.write(3), line.write(3), line.read(3)];
        assert_eq!(first, [0.0; 3]);
        assert_eq!([line.read(7), line.read(7), line.read(3)], [1.0, 0.0, 0.0], "two may have it to read");
        assert_eq!([line.write(3), line.write(3), line.read(127)], [1.0, 0.0, 1.0], "only one to write");
    }
}
