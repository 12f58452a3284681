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
