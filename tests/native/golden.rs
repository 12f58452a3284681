//! Expected texts in files: compared line by line, recorded anew with `UPDATE_GOLDEN=1`.

use std::fs;
use std::path::Path;

/// Compares `actual` with the file `tests/golden/<name>`.
pub fn check(name: &str, actual: &str) {
    let path = Path::new("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected =
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}; record it with UPDATE_GOLDEN=1", path.display()));
    for (i, (a, e)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(a, e, "{}, line {}", path.display(), i + 1);
    }
    assert_eq!(actual.lines().count(), expected.lines().count(), "{}: number of lines", path.display());
}
