//! Numbers on messages that go one way, so that whoever reads them knows when one got lost.

/// The number of a message written beforehand for the worst case: it may come at any time.
pub const LAST_WORDS: u32 = u32::MAX;

/// Bytes that a number takes, behind the message.
const SIZE: usize = size_of::<u32>();

/// The number after this one.
pub const fn after(number: u32) -> u32 {
    (number + 1) % LAST_WORDS
}

/// A message with this number behind it.
pub fn numbered(message: &[u8], number: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + SIZE);
    bytes.extend_from_slice(message);
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes
}

/// A message before this one did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

/// Reads messages in the order of their numbers.
#[derive(Debug, Default)]
pub struct Reader {
    next: u32,
}

impl Reader {
    /// Takes the number off a message.
    ///
    /// # Errors
    /// [`Lost`] when it is not the next one's.
    pub fn read(&mut self, bytes: &mut Vec<u8>) -> Result<(), Lost> {
        let at = bytes.len().checked_sub(SIZE).ok_or(Lost)?;
        let number = bytes.split_off(at).try_into().map(u32::from_le_bytes).map_err(|_| Lost)?;
        if number == LAST_WORDS {
            return Ok(());
        }
        if number != self.next {
            return Err(Lost);
        }
        self.next = after(number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_missing_is_noticed_by_the_next() {
        let mut reader = Reader::default();
        let mut first = numbered(&[7, 8], 0);
        assert_eq!((reader.read(&mut first), first), (Ok(()), vec![7, 8]));
        assert_eq!(reader.read(&mut numbered(&[9], 2)), Err(Lost));
        assert_eq!(reader.read(&mut numbered(&[9], 1)), Ok(()));
    }

    #[test]
    fn last_words_come_at_any_time_and_nonsense_is_none() {
        let mut reader = Reader { next: 3 };
        let mut words = numbered(&[1], LAST_WORDS);
        assert_eq!((reader.read(&mut words), words), (Ok(()), vec![1]));
        assert_eq!(reader.read(&mut vec![1, 2]), Err(Lost));
    }
}
