//! The corpus of attacks (attacks.txt), read: for the native tests and for the end-to-end ones.

/// Where an attack strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The link's hash, and the text of an `interleave:set` message.
    Hash,
    /// The link's query.
    Query,
    /// A message that is a text.
    Text,
    /// A message that is an object, given as JSON.
    Object,
}

/// One attack.
#[derive(Clone, Debug)]
pub struct Attack {
    /// Where.
    pub at: At,
    /// What, written out.
    pub what: String,
    /// The line it comes from, to be named by.
    pub line: &'static str,
}

/// Every attack; a line that is none is an error of the corpus.
pub fn all() -> Result<Vec<Attack>, String> {
    include_str!("attacks.txt").lines().filter(|l| !l.is_empty() && !l.starts_with("//")).map(read).collect()
}

fn read(line: &'static str) -> Result<Attack, String> {
    let (at, what) = line.split_once(' ').ok_or(line)?;
    let at = match at {
        "hash" => At::Hash,
        "query" => At::Query,
        "text" => At::Text,
        "object" => At::Object,
        _ => return Err(format!("attacks.txt: {line}")),
    };
    Ok(Attack { at, what: characters(&repeats(what)), line })
}

/// `{3*ab#}` written out: ab0ab1ab2.
fn repeats(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out += &rest[..open];
        rest = &rest[open..];
        let found = rest[1..].split_once('*').and_then(|(n, after)| Some((n.parse::<usize>().ok()?, after)));
        // The repeated text may itself be a brace, as in {3*}}.
        let Some((n, after)) = found else {
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        let from = usize::from(after.starts_with('}'));
        let Some(close) = after[from..].find('}').map(|at| at + from) else { break };
        out.extend((0..n).map(|i| after[..close].replace('#', &i.to_string())));
        rest = &after[close + 1..];
    }
    out + rest
}

/// `\u{202e}` written out.
fn characters(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let found = part
            .split_once('}')
            .and_then(|(hex, rest)| Some((u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?, rest)));
        match found {
            Some((c, rest)) => {
                out.push(c);
                out += rest;
            }
            None => out += part,
        }
    }
    out
}
