//! Writes the site's service worker: www/sw.js with what it has to know of the site. It is the last step of a build
//! (tools/finish-page.sh), since it looks at what was built.

mod list;

use std::error::Error;
use std::path::Path;

/// Takes the folder of the site; run it in the repository's root.
fn main() -> Result<(), Box<dyn Error>> {
    let site = std::env::args_os().nth(1).ok_or("which folder?")?;
    list::write(Path::new(&site))
}

#[cfg(test)]
mod tests {
    use super::list::{base64, entry, headers_of};

    /// The examples of RFC 4648.
    #[test]
    fn base_64() {
        let examples =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (bytes, text) in examples {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    /// No value ends the text it is written into.
    #[test]
    fn a_header_with_quotes() {
        let read: String = headers_of("/d/*\n  A: b \"c\"\n").map(entry).collect();
        assert_eq!(read, "\n  [\"d/\", \"A\", \"b \\\"c\\\"\"],");
    }

    /// Only indented lines are headers, and they are for the path above them.
    #[test]
    fn headers_of_a_file() {
        let read: Vec<_> =
            headers_of("# About: nothing\n/*\n  A: b: c\n# More: /x\n/d/*\n  E: f\n/g.js\n  H: i\n").collect();
        assert_eq!(read, [("", "A", "b: c"), ("d/", "E", "f"), ("g.js", "H", "i")]);
    }
}
