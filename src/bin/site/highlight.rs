//! Highlights a source: which piece of it is what.

use interleave::scenarios::sources::{self, Class};
use std::error::Error;
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxSet};

/// Which scopes belong to which class; the innermost scope that is listed decides.
const CLASSES: [(&str, Class); 18] = [
    ("comment", Class::Comment),
    ("string", Class::String),
    ("constant.character", Class::String),
    ("constant", Class::Number),
    ("entity.name.function", Class::Function),
    ("support.function", Class::Function),
    ("variable.function", Class::Function),
    ("entity.name.macro", Class::Function),
    ("support.macro", Class::Function),
    ("entity.name", Class::Type),
    ("entity.other.inherited-class", Class::Type),
    ("support.type", Class::Type),
    ("storage.type.numeric", Class::Number),
    ("keyword.operator.word", Class::Keyword),
    ("keyword.operator.logical.python", Class::Keyword),
    ("keyword.operator", Class::Plain),
    ("keyword", Class::Keyword),
    ("storage", Class::Keyword),
];

/// Knows the languages.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, Class)>,
}

impl Highlighter {
    pub fn new() -> Self {
        let classes = CLASSES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect();
        Self { syntaxes: SyntaxSet::load_defaults_newlines(), classes }
    }

    /// The source, packed; `extension` names its language.
    pub fn pack(&self, extension: &str, source: &str) -> Result<String, Box<dyn Error>> {
        let syntax = self.syntaxes.find_syntax_by_extension(extension).ok_or("a syntax is missing")?;
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut packed = String::new();
        for line in source.lines() {
            let shown = line.trim_end();
            let mut pieces = Vec::new();
            let mut from = 0;
            for (at, op) in state.parse_line(&format!("{line}\n"), &self.syntaxes)? {
                let text = shown.get(from..at.min(shown.len())).unwrap_or_default();
                pieces.extend(refined(text, self.class(&stack)));
                from = from.max(at);
                if !matches!(op, ScopeStackOp::Noop) {
                    stack.apply(&op)?;
                }
            }
            pieces.extend(refined(shown.get(from..).unwrap_or_default(), self.class(&stack)));
            sources::pack(&pieces, &mut packed);
        }
        Ok(packed)
    }

    fn class(&self, stack: &ScopeStack) -> Class {
        let of = |scope: &Scope| self.classes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, c)| *c);
        stack.scopes.iter().rev().find_map(of).unwrap_or(Class::Plain)
    }
}

/// Names that the syntaxes leave plain or take for keywords: types by their capitals, Rust's primitive types, `as`.
fn refined(text: &str, class: Class) -> Vec<(Class, &str)> {
    if class != Class::Plain && class != Class::Keyword {
        return vec![(class, text)];
    }
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| in_word(c) != in_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let named = match word {
            "u8" | "u32" | "u64" | "i64" | "f32" | "f64" | "usize" | "bool" | "str" | "char"
                if class == Class::Keyword =>
            {
                Class::Type
            }
            "as" => Class::Keyword,
            _ if first.is_uppercase() && word.contains(char::is_lowercase) => Class::Type,
            _ => class,
        };
        pieces.push((named, word));
        rest = after;
    }
    pieces
}
