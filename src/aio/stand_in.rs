//! Files and a database in memory: what stands in where a browser refuses its own, and what virtual time has.

use super::exception::Exception;
use super::outside::Step;
use std::collections::BTreeMap;

/// A folder of files.
#[derive(Debug, Default)]
pub struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    /// Writes a whole file.
    pub fn write(&mut self, name: String, bytes: Vec<u8>) {
        self.0.insert(name, bytes);
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// `FileNotFoundError`.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Exception> {
        self.0.get(name).cloned().ok_or_else(|| Exception::new("FileNotFoundError", name))
    }
}

/// A table of texts by number.
#[derive(Debug, Default)]
pub struct MemoryTable {
    rows: BTreeMap<u32, String>,
    connections: u32,
}

impl MemoryTable {
    /// Opens a connection; its number.
    pub fn connect(&mut self) -> u32 {
        self.connections += 1;
        self.connections - 1
    }

    /// Does all of these, or none; the texts each found.
    ///
    /// # Errors
    /// `IntegrityError` when a row that is inserted is there already; `OSError` for a range whose end comes first; `InterfaceError` when there is no such connection.
    pub fn transact(&mut self, connection: u32, steps: Vec<Step>) -> Result<Vec<Vec<String>>, Exception> {
        if connection >= self.connections {
            return Err(Exception::new("InterfaceError", "no such connection"));
        }
        // What a row was before, to be put back.
        let mut undo: Vec<(u32, Option<String>)> = Vec::new();
        let mut found = Vec::with_capacity(steps.len());
        for step in steps {
            found.push(match step {
                Step::Insert(id, _) if self.rows.contains_key(&id) => {
                    self.roll_back(undo);
                    return Err(Exception::new("IntegrityError", format!("row {id} is there already")));
                }
                Step::Range(first, last) if first > last => {
                    self.roll_back(undo);
                    return Err(Exception::new("OSError", "DataError: the range ends before it begins"));
                }
                Step::Insert(id, text) | Step::Update(id, text) => {
                    undo.push((id, self.put(id, Some(text))));
                    Vec::new()
                }
                Step::Delete(id) => {
                    undo.push((id, self.put(id, None)));
                    Vec::new()
                }
                Step::One(id) => self.rows.get(&id).cloned().into_iter().collect(),
                Step::Range(first, last) => self.rows.range(first..=last).map(|(_, text)| text.clone()).collect(),
            });
        }
        Ok(found)
    }

    fn roll_back(&mut self, undo: Vec<(u32, Option<String>)>) {
        for (id, before) in undo.into_iter().rev() {
            self.put(id, before);
        }
    }

    fn put(&mut self, id: u32, text: Option<String>) -> Option<String> {
        match text {
            Some(text) => self.rows.insert(id, text),
            None => self.rows.remove(&id),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_transaction_is_done_as_a_whole_or_not_at_all() {
        let mut table = MemoryTable::default();
        let a = table.connect();
        let text = |t: &str| t.to_owned();
        table.transact(a, vec![Step::Insert(1, text("one")), Step::Insert(2, text("two"))]).unwrap();
        let steps = vec![
            Step::Update(1, text("other")),
            Step::Insert(3, text("three")),
            Step::Delete(2),
            Step::Insert(1, text("again")),
        ];
        assert_eq!(table.transact(a, steps).unwrap_err().kind, "IntegrityError");
        let found = table.transact(a, vec![Step::Range(0, 9), Step::One(2), Step::One(3)]).unwrap();
        assert_eq!(found, [vec![text("one"), text("two")], vec![text("two")], vec![]]);
        let backwards = vec![Step::Delete(1), Step::Range(5, 1)];
        assert!(table.transact(a, backwards).is_err());
        assert_eq!(table.transact(a, vec![Step::One(1)]).unwrap(), [[text("one")]]);
        assert_eq!(table.transact(a + 1, Vec::new()).unwrap_err().kind, "InterfaceError");
    }

    #[test]
    fn what_was_written_is_read() {
        let mut files = MemoryFiles::default();
        files.write("a".to_owned(), vec![1, 2]);
        files.write("a".to_owned(), vec![3]);
        assert_eq!(files.read("a"), Ok(vec![3]));
        assert_eq!(files.read("b").unwrap_err().kind, "FileNotFoundError");
    }
}
