//! What the service worker knows of a site: its files with their checksums, and the headers of www/_headers. The end-to-end tests
//! write it, too, for the sites they change.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

/// What it is put in the place of.
const PLACE: &str = "const BUILD = \"\", FILES = {}, HEADERS = [];";

/// Writes `sw.js` into the folder of a site; to be called in the repository's root.
pub fn write(site: &Path) -> Result<(), Box<dyn Error>> {
    let template = fs::read_to_string("www/sw.js")?;
    if template.matches(PLACE).count() != 1 {
        return Err(format!("www/sw.js has to say {PLACE}").into());
    }
    let list: String = files(site)?.iter().map(|(path, sum)| format!("\n  \"{path}\": \"sha256-{sum}\",")).collect();
    let build: String = Sha256::digest(&list).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let headers = fs::read_to_string("www/_headers")?;
    let headers: String = headers_of(&headers).map(entry).collect();
    let known = format!("const BUILD = \"{build}\";\nconst FILES = {{{list}\n}};\nconst HEADERS = [{headers}\n];");
    Ok(fs::write(site.join("sw.js"), template.replace(PLACE, &known))?)
}

/// A header as a line of the worker's list, which no quote can end.
pub fn entry((below, name, value): (&str, &str, &str)) -> String {
    format!("\n  [\"{below}\", \"{name}\", \"{}\"],", value.replace('"', "\\\""))
}

/// What a page may ask for, as paths from the site's root, each with its checksum.
fn files(site: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![site.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|n| n.to_str()).ok_or("a file's name is no text")?;
            // What hosts read, hidden files, and what only other sites ask for: previews, and pictures in frames.
            let inside = path.strip_prefix(site)?;
            let elsewhere = inside.starts_with("pictures") || name == "preview.png" || name == "oembed.json";
            if name.starts_with(['_', '.']) || name == "sw.js" || name == "embed.js" || elsewhere {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let parts: Option<Vec<_>> = inside.iter().map(|part| part.to_str()).collect();
            let address = parts.ok_or("a folder's name is no text")?.join("/");
            found.insert(address, base64(&Sha256::digest(fs::read(&path)?)));
        }
    }
    Ok(found)
}

/// The headers, each with what the paths begin with that it is for, from the site's root: nothing, where it is for all.
pub fn headers_of(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut below = "";
    text.lines().filter_map(move |line| {
        if let Some(path) = line.strip_prefix('/') {
            below = path.trim_end_matches('*');
        }
        let (name, value) = line.strip_prefix(' ')?.trim().split_once(": ")?;
        Some((below, name, value))
    })
}

/// The usual base 64, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { digit.into() } else { '=' });
        }
    }
    text
}
