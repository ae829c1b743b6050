//! What is counted of one file, piece by piece.

/// Lines, words, bytes, checksum: the numbers `wc` and `cksum` print under `LC_ALL=C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) lines: u64,
    pub(crate) words: u64,
    pub(crate) bytes: u64,
    pub(crate) cksum: u32,
    pub(crate) utf8: bool,
}

/// Counts a file that arrives in pieces; where the pieces are cut does not show in the result.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    lines: u64,
    words: u64,
    bytes: u64,
    in_word: bool,
    crc: u32,
    text: Utf8,
}

impl Counter {
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.text.feed(piece);
        for &byte in piece {
            match byte {
                b'\t'..=b'\r' | b' ' => {
                    self.in_word = false;
                    self.lines += u64::from(byte == b'\n');
                }
                b'!'..=b'~' => {
                    self.words += u64::from(!self.in_word);
                    self.in_word = true;
                }
                // In the C locale all other bytes are neither printable nor white space: they neither begin nor end a word.
                _ => {}
            }
            self.crc = crc_step(self.crc, byte);
        }
    }

    pub(crate) fn finish(self) -> Counts {
        // POSIX cksum appends the length: low byte first, as many bytes as it needs.
        let mut crc = self.crc;
        let mut length = self.bytes;
        while length > 0 {
            crc = crc_step(crc, length as u8);
            length >>= 8;
        }
        Counts { lines: self.lines, words: self.words, bytes: self.bytes, cksum: !crc, utf8: self.text.finish() }
    }
}

/// Is it UTF-8? A character may be cut in two by the end of a piece.
#[derive(Debug, Default)]
struct Utf8 {
    broken: bool,
    begun: Vec<u8>, // the first bytes of a character that the next piece completes
}

impl Utf8 {
    fn feed(&mut self, mut piece: &[u8]) {
        while let (false, [next, rest @ ..]) = (self.broken || self.begun.is_empty(), piece) {
            self.begun.push(*next);
            piece = rest;
            match std::str::from_utf8(&self.begun) {
                Ok(_) => self.begun.clear(),
                Err(error) => self.broken = error.error_len().is_some(),
            }
        }
        if self.broken {
            return;
        }
        if let Err(error) = std::str::from_utf8(piece) {
            self.broken = error.error_len().is_some();
            self.begun = piece[error.valid_up_to()..].to_vec();
        }
    }

    fn finish(&self) -> bool {
        !self.broken && self.begun.is_empty()
    }
}

fn crc_step(crc: u32, byte: u8) -> u32 {
    crc << 8 ^ CRC[usize::from((crc >> 24) as u8 ^ byte)]
}

/// The remainder of each byte by the polynomial of POSIX cksum, highest bit first.
const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc >> 31 == 1 { crc << 1 ^ 0x04c1_1db7 } else { crc << 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};
