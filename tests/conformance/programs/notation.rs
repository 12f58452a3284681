//! The notation of programs, the same for both sides: `name argument… {block}…; name …`.

use std::fmt::{self, Write};

/// A statement, or a declaration at the top of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its number in the order of the text, from 1: logs name statements by it.
    pub number: u32,
    /// What it does.
    pub name: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its blocks.
    pub blocks: Vec<Vec<Node>>,
}

impl Node {
    /// A statement without a number yet.
    pub fn new<A: ToString>(name: &str, args: impl IntoIterator<Item = A>) -> Self {
        let args = args.into_iter().map(|a| a.to_string()).collect();
        Self { number: 0, name: name.to_owned(), args, blocks: Vec::new() }
    }

    /// The same with one more block.
    #[must_use]
    pub fn block(mut self, block: Vec<Node>) -> Self {
        self.blocks.push(block);
        self
    }

    /// An argument; empty where there is none.
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }

    /// This statement and all inside it.
    pub fn each(&self, visit: &mut impl FnMut(&Node)) {
        visit(self);
        self.blocks.iter().flatten().for_each(|node| node.each(visit));
    }
}

/// A program: declarations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program(pub Vec<Node>);

impl Program {
    /// Reads a program.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced =
            ["{", "}", ";"].iter().fold(text.to_owned(), |text, mark| text.replace(mark, &format!(" {mark} ")));
        let tokens: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        let mut program = Program(block(&tokens, &mut at)?);
        if at < tokens.len() {
            return Err(format!("one }} too many in {text}"));
        }
        program.number();
        Ok(program)
    }

    /// Numbers the statements anew.
    pub fn number(&mut self) {
        let mut next = 0;
        self.0.iter_mut().for_each(|node| number(node, &mut next));
    }

    /// Every statement and declaration.
    pub fn each(&self, visit: &mut impl FnMut(&Node)) {
        self.0.iter().for_each(|node| node.each(visit));
    }
}

fn number(node: &mut Node, next: &mut u32) {
    *next += 1;
    node.number = *next;
    node.blocks.iter_mut().flatten().for_each(|node| number(node, next));
}

fn block(tokens: &[&str], at: &mut usize) -> Result<Vec<Node>, String> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut new = true;
    while let Some(token) = tokens.get(*at).filter(|token| **token != "}") {
        *at += 1;
        match *token {
            ";" => new = true,
            "{" => {
                let inner = block(tokens, at)?;
                if tokens.get(*at) != Some(&"}") {
                    return Err("a block is not closed".to_owned());
                }
                *at += 1;
                nodes.last_mut().filter(|_| !new).ok_or("a block without a name")?.blocks.push(inner);
            }
            word if new => {
                nodes.push(Node::new(word, [""; 0]));
                new = false;
            }
            word => nodes.last_mut().ok_or("an argument without a name")?.args.push(word.to_owned()),
        }
    }
    Ok(nodes)
}

fn write_block(f: &mut fmt::Formatter<'_>, nodes: &[Node]) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            f.write_char(';')?;
        }
        f.write_str(&node.name)?;
        for arg in &node.args {
            write!(f, " {arg}")?;
        }
        for block in &node.blocks {
            f.write_char('{')?;
            write_block(f, block)?;
            f.write_char('}')?;
        }
    }
    Ok(())
}

impl fmt::Display for Program {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_block(f, &self.0)
    }
}
