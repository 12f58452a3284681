//! The Python twin with the reader's values filled in.

use crate::model::{Value, Values};

/// The line of Python that assigns a parameter's value (`JOBS = 10`), if `line` is such a line of one of `values`.
///
/// A parameter `max-wait` is assigned as `MAX_WAIT`. Counts are whole numbers, waits are seconds, amounts are
/// `Decimal("60.00")`; a comment behind the value stays.
pub fn python_line(line: &str, values: &Values) -> Option<String> {
    let (name, rest) = line.split_once('=')?;
    let name = name.trim_end();
    if name.is_empty() || name.starts_with(char::is_whitespace) || rest.starts_with('=') {
        return None;
    }
    let (_, value) = values.iter().find(|(key, _)| python_name(key) == name)?;
    let old = rest.split('#').next().unwrap_or(rest);
    let tail = &rest[old.trim_end().len()..];
    Some(format!("{name} = {}{tail}", python_value(value)))
}

/// A whole Python source with every such line replaced.
pub fn python_with(source: &str, values: &Values) -> String {
    let lines = source.split('\n').map(|line| python_line(line, values).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// The name a parameter has in Python.
fn python_name(key: &str) -> String {
    key.to_ascii_uppercase().replace('-', "_")
}

fn python_value(value: Value) -> String {
    match value {
        Value::Count(n) => n.to_string(),
        Value::Millis(ms) => {
            let text = format!("{}.{:03}", ms / 1_000, ms % 1_000);
            let cut = text.trim_end_matches('0');
            if cut.ends_with('.') { format!("{cut}0") } else { cut.to_owned() }
        }
        Value::Amount(amount) => format!("Decimal(\"{amount}\")"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop at once
    use super::*;
    use crate::model::params::{amount, count, wait};

    fn values() -> Values {
        let params = [
            count("jobs", "", (1, 1_000_000), 10, "", ""),
            wait("max-wait", "", (1, 100_000), 1_000, ""),
            amount("price", "", (0, 10_000_000, 6_000), 2, "", ""),
        ];
        let mut values = Values::defaults(&params);
        values.set(&params, "jobs", "25000").unwrap();
        values
    }

    #[test]
    fn values_are_written_as_python_has_them() {
        let v = values();
        assert_eq!(python_line("JOBS = 10", &v).unwrap(), "JOBS = 25000");
        assert_eq!(python_line("JOBS=10_000  # how many", &v).unwrap(), "JOBS = 25000  # how many");
        assert_eq!(python_line("MAX_WAIT = 2.5 # s", &v).unwrap(), "MAX_WAIT = 1.0 # s");
        assert_eq!(python_line("PRICE = Decimal(\"1\")", &v).unwrap(), "PRICE = Decimal(\"60.00\")");
        for (ms, text) in
            [(1, "0.001"), (250, "0.25"), (1_500, "1.5"), (0, "0.0"), (12_345, "12.345"), (10_000, "10.0")]
        {
            assert_eq!(python_value(Value::Millis(ms)), text);
        }
    }

    #[test]
    fn other_lines_are_left_alone() {
        let v = values();
        let others = ["", "jobs = 1", "  JOBS = 1", "JOBS == 1", "OTHER = 1", "# JOBS = 1", "run(JOBS=1)", "JOBS"];
        for line in others {
            assert_eq!(python_line(line, &v), None, "{line}");
        }
        let source = "import asyncio\nJOBS = 1\n\nprint(JOBS)\n";
        assert_eq!(python_with(source, &v), "import asyncio\nJOBS = 25000\n\nprint(JOBS)\n");
    }
}
