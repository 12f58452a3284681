//! The files that are requested: the site carries them, and every byte of them can be computed.

use crate::model::rng::Rng;

/// How many there are.
pub const COUNT: u32 = 40;
/// Bytes of each.
pub const SIZE: usize = 8 * 1024;

/// The folder they lie in, from the site's root.
pub const FOLDER: &str = "sources/parts";

/// Bytes of a line, its end included.
const LINE: usize = 64;
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The name of a file in its folder.
pub fn name(number: u32) -> String {
    format!("{number:02}.txt")
}

/// What a file holds: text, so that every host serves it.
pub fn content(number: u32) -> Vec<u8> {
    let mut rng = Rng::new(u64::from(number), 1);
    let letter = |at: usize| {
        let chosen = rng.below(LETTERS.len() as u32) as usize;
        if (at + 1).is_multiple_of(LINE) { b'\n' } else { LETTERS.get(chosen).copied().unwrap_or(b'?') }
    };
    (0..SIZE).map(letter).collect()
}

/// How many bytes of `body` are where they belong in that file.
pub fn right(number: u32, body: &[u8]) -> usize {
    content(number).iter().zip(body).filter(|(expected, came)| expected == came).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_another_and_a_wrong_byte_shows() {
        let (mut first, second) = (content(0), content(1));
        assert_eq!((first.len(), second.len(), right(0, &first)), (SIZE, SIZE, SIZE));
        assert!(right(0, &second) < SIZE / 10);
        first[100] ^= 1;
        assert_eq!((right(0, &first), right(0, &first[..50])), (SIZE - 1, 50));
        assert!(content(2).iter().all(|byte| byte.is_ascii_graphic() || *byte == b'\n'));
    }
}
