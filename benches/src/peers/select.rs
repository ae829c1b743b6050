//! One loop for all macros called `select!` whose arms read the same.

/// Waits for sixteen receivers by the macro named first, and hands on what comes until one of them is closed.
macro_rules! take_by_select {
    ($($select:ident)::+, $rxs:ident, $each:ident) => {
        loop {
            let item = $($select)::+! {
                recv($rxs[0]) -> item => item,
                recv($rxs[1]) -> item => item,
                recv($rxs[2]) -> item => item,
                recv($rxs[3]) -> item => item,
                recv($rxs[4]) -> item => item,
                recv($rxs[5]) -> item => item,
                recv($rxs[6]) -> item => item,
                recv($rxs[7]) -> item => item,
                recv($rxs[8]) -> item => item,
                recv($rxs[9]) -> item => item,
                recv($rxs[10]) -> item => item,
                recv($rxs[11]) -> item => item,
                recv($rxs[12]) -> item => item,
                recv($rxs[13]) -> item => item,
                recv($rxs[14]) -> item => item,
                recv($rxs[15]) -> item => item,
            };
            match item {
                Ok(item) => $each(item),
                Err(_) => break,
            }
        }
    };
}

pub(super) use take_by_select;
