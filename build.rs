//! Highlights the scenarios' sources when the crate is built, so that the page ships no highlighter.

use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxSet};

/// Places in `Class::ALL` of src/scenarios/sources.rs.
const PLAIN: u8 = 0;
const KEYWORD: u8 = 1;
const TYPE: u8 = 6;

/// Which scopes belong to which class; the innermost scope that is listed decides.
const CLASSES: [(&str, u8); 18] = [
    ("comment", 4),
    ("string", 2),
    ("constant.character", 2),
    ("constant", 3),
    ("entity.name.function", 5),
    ("support.function", 5),
    ("variable.function", 5),
    ("entity.name.macro", 5),
    ("support.macro", 5),
    ("entity.name", 6),
    ("entity.other.inherited-class", 6),
    ("support.type", 6),
    ("storage.type.numeric", 3),
    ("keyword.operator.word", 1),
    ("keyword.operator.logical.python", 1),
    ("keyword.operator", PLAIN),
    ("keyword", 1),
    ("storage", 1),
];

fn main() -> Result<(), Box<dyn Error>> {
    let scenarios = Path::new("src/scenarios");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", scenarios.display());
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut entries = Vec::new();
    // The engine shows no sources.
    if std::env::var_os("CARGO_FEATURE_ENGINE").is_none() {
        let highlighter = Highlighter::new(&out);
        for python in twins(scenarios)? {
            let rust = fs::read_to_string(python.with_extension("rs"))?;
            let shown = rust.split("#[cfg(test)]").next().unwrap_or_default().trim_end();
            let id = python.file_stem().and_then(|s| s.to_str()).unwrap_or_default().replace('_', "-");
            let python = highlighter.pack("py", fs::read_to_string(&python)?.trim_end())?;
            entries.push((id, python, highlighter.pack("rs", shown)?));
        }
    }
    entries.sort();
    fs::write(out.join("sources.rs"), format!("&{entries:?}"))?;
    Ok(())
}

/// The Python twins in the chapters' folders.
fn twins(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for chapter in fs::read_dir(folder)? {
        let chapter = chapter?.path();
        if chapter.is_dir() {
            for file in fs::read_dir(chapter)? {
                let file = file?.path();
                if file.extension().is_some_and(|e| e == "py") && file.with_extension("rs").exists() {
                    found.push(file);
                }
            }
        }
    }
    Ok(found)
}

struct Highlighter {
    /// Where results are kept for the next build.
    kept: PathBuf,
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, u8)>,
}

impl Highlighter {
    fn new(kept: &Path) -> Self {
        let classes = CLASSES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect();
        Self { kept: kept.to_owned(), syntaxes: SyntaxSet::load_defaults_newlines(), classes }
    }

    /// [`Highlighter::mark`], or its result of an earlier build of the same source: an edit then costs one file only.
    fn pack(&self, extension: &str, source: &str) -> Result<String, Box<dyn Error>> {
        let mut hasher = DefaultHasher::new();
        (include_str!("build.rs"), extension, source).hash(&mut hasher);
        let file = self.kept.join(format!("{:016x}.packed", hasher.finish()));
        if let Ok(packed) = fs::read_to_string(&file) {
            return Ok(packed);
        }
        let packed = self.mark(extension, source)?;
        fs::write(file, &packed)?;
        Ok(packed)
    }

    /// The source with a mark (code 1 and class) wherever the class changes; every line begins as plain text.
    fn mark(&self, extension: &str, source: &str) -> Result<String, Box<dyn Error>> {
        let syntax = self.syntaxes.find_syntax_by_extension(extension).ok_or("a syntax is missing")?;
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut out = String::new();
        for line in source.lines() {
            // A mark in the source itself would be taken for one of ours.
            let line = format!("{}\n", line.replace(|c: char| c < ' ' && c != '\t', " "));
            let mut class = PLAIN;
            let mut piece = |text: &str, stack: &ScopeStack, out: &mut String| {
                for (word, next) in refined(text, self.class(stack)) {
                    // Blanks keep whatever class stands before them.
                    if next != class && !word.trim().is_empty() {
                        class = next;
                        out.push(char::from(class + 1));
                    }
                    out.push_str(word);
                }
            };
            let shown = line.trim_end();
            let mut from = 0;
            for (at, op) in state.parse_line(&line, &self.syntaxes)? {
                let text = shown.get(from..at.min(shown.len())).unwrap_or_default();
                if !text.is_empty() {
                    piece(text, &stack, &mut out);
                }
                from = from.max(at);
                if !matches!(op, ScopeStackOp::Noop) {
                    stack.apply(&op)?;
                }
            }
            piece(shown.get(from..).unwrap_or_default(), &stack, &mut out);
            out.push('\n');
        }
        Ok(out)
    }

    fn class(&self, stack: &ScopeStack) -> u8 {
        let of = |scope: &Scope| self.classes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, c)| *c);
        stack.scopes.iter().rev().find_map(of).unwrap_or(PLAIN)
    }
}

/// Names that the syntaxes leave plain or take for keywords: types by their capitals, Rust's primitive types, `as`.
fn refined(text: &str, class: u8) -> Vec<(&str, u8)> {
    if class != PLAIN && class != KEYWORD {
        return vec![(text, class)];
    }
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| in_word(c) != in_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let named = match word {
            "u8" | "u32" | "u64" | "i64" | "f32" | "f64" | "usize" | "bool" | "str" | "char" if class == KEYWORD => {
                TYPE
            }
            "as" => KEYWORD,
            _ if first.is_uppercase() && word.contains(char::is_lowercase) => TYPE,
            _ => class,
        };
        pieces.push((word, named));
        rest = after;
    }
    pieces
}
