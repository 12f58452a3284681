//! Puts the functions of a WebAssembly text beside those that are like them: compressors look back only so far (gzip: 32 KiB), so
//! the same program becomes a smaller download. Reads and writes the text format, in which functions are called by name.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::hash::{Hash, Hasher};

/// How many words in a row are compared.
const ROW: usize = 6;
/// How many functions back a compressor is taken to remember.
const BACK: usize = 4;
/// Rows that more functions than this share tell nothing.
const COMMON: usize = 400;
/// Added to a function's length when likeness is weighed: short ones are like everything.
const SHORT: f64 = 20.0;

/// Takes the file to read and the file to write.
fn main() -> Result<(), Box<dyn Error>> {
    let mut files = std::env::args_os().skip(1);
    let (from, to) = (files.next().ok_or("which file?")?, files.next().ok_or("into which file?")?);
    let text = std::fs::read_to_string(from)?;
    let (head, functions, tail) = parts(&text);
    let rows: Vec<Vec<u64>> = functions.iter().map(|function| rows(function)).collect();
    let mut out = head.concat();
    order(&rows).into_iter().for_each(|i| out.push_str(&functions[i]));
    out.push_str(&tail.concat());
    std::fs::write(to, out)?;
    Ok(())
}

/// What stands before the functions, each of them, and what stands behind.
fn parts(text: &str) -> (Vec<&str>, Vec<String>, Vec<&str>) {
    let (mut head, mut functions, mut tail) = (Vec::new(), Vec::<String>::new(), Vec::new());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with(" (func ") {
            functions.push(String::new());
            inside = true;
        }
        match functions.last_mut() {
            Some(function) if inside => {
                function.push_str(line);
                let whole = line.starts_with(" (func ") && line.matches('(').count() == line.matches(')').count();
                inside = !(whole || line.trim_end() == " )");
            }
            Some(_) => tail.push(line),
            None => head.push(line),
        }
    }
    (head, functions, tail)
}

/// The rows of words in a function, each once; names of functions, locals and labels are left out.
fn rows(function: &str) -> Vec<u64> {
    let words: Vec<&str> = function
        .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .filter(|word| !word.is_empty())
        .map(|word| if word.starts_with('$') { "$" } else { word })
        .collect();
    let hash = |row: &[&str]| {
        let mut hasher = DefaultHasher::new();
        row.hash(&mut hasher);
        hasher.finish()
    };
    let mut rows: Vec<u64> = words.windows(ROW).map(hash).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// A way through all functions: from each to the one that shares most with the last few.
fn order(rows: &[Vec<u64>]) -> Vec<usize> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, all) in rows.iter().enumerate() {
        all.iter().for_each(|row| holders.entry(*row).or_default().push(i));
    }
    let mut left: Vec<bool> = vec![true; rows.len()];
    let mut way: Vec<usize> = Vec::with_capacity(rows.len());
    let mut shared = vec![0_u32; rows.len()];
    while way.len() < rows.len() {
        shared.fill(0);
        let near = way.iter().rev().take(BACK).flat_map(|i| &rows[*i]);
        for holders in near.filter_map(|row| holders.get(row)).filter(|holders| holders.len() < COMMON) {
            holders.iter().for_each(|i| shared[*i] += 1);
        }
        let likeness = |i: usize| f64::from(shared[i]) / (rows[i].len() as f64 + SHORT);
        let better =
            |a: &usize, b: &usize| likeness(*a).total_cmp(&likeness(*b)).then(rows[*a].len().cmp(&rows[*b].len()));
        // Among equals the last: so the order does not depend on chance.
        let Some(next) = (0..rows.len()).filter(|i| left[*i]).max_by(better) else { break };
        left[next] = false;
        way.push(next);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_like_stands_beside_like() {
        let body = |word: &str| {
            format!(" (func ${word}\n{}\n )\n", format!("  (i32.{word} (local.get $0))\n").repeat(9).trim_end())
        };
        let all = [body("add"), body("xor"), body("add"), body("xor")].concat();
        let text = format!("(module\n (memory $0 1)\n{all} (func $last (nop))\n (export \"a\")\n)\n");
        let (head, functions, tail) = parts(&text);
        assert_eq!((head.len(), functions.len(), tail.len()), (2, 5, 2));
        assert_eq!([head.concat(), functions.concat(), tail.concat()].concat(), text);
        let rows: Vec<_> = functions.iter().map(|function| rows(function)).collect();
        let way = order(&rows);
        let mut sorted = way.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4]);
        let at = |i: usize| way.iter().position(|w| *w == i).map_or(0, |at| at as i32);
        assert_eq!(((at(0) - at(2)).abs(), (at(1) - at(3)).abs()), (1, 1), "{way:?}");
    }
}
