//! SHA-256 of a file of the bytes 0 … 255, repeated.

use sha2::{Digest, Sha256};

use super::Kernel;
use crate::model::Failure;
use crate::model::wire::{decode, encode};

/// Bytes in a slice: 0.1 ms at the 300 MB/s of plain code (wasm has no SHA instructions; with them it takes 0.02 ms).
const CHUNK: usize = 32 * 1024;

/// The content of every file, as far as one slice reaches; a whole number of rounds, so each chunk begins at 0.
static CONTENT: [u8; CHUNK] = {
    let mut bytes = [0; CHUNK];
    let mut i = 0;
    while i < CHUNK {
        bytes[i] = (i % 256) as u8;
        i += 1;
    }
    bytes
};

/// Hashes one file, chunk by chunk, as it would be read.
#[derive(Clone, Debug)]
pub struct FileHash {
    state: Sha256,
    size: usize,
    left: usize,
}

impl FileHash {
    /// hashlib lets go of the GIL for more bytes than this (`HASHLIB_GIL_MINSIZE` is 2,048).
    pub const HOLDS_GIL_UP_TO: usize = 2_047;

    /// The hash of a file of `size` bytes.
    pub fn new(size: usize) -> Self {
        Self { state: Sha256::new(), size, left: size }
    }

    /// The first `size` bytes of such a file.
    pub fn content(size: usize) -> Vec<u8> {
        let mut content = CONTENT.repeat(size.div_ceil(CHUNK));
        content.truncate(size);
        content
    }

    /// What a job's kernel is built from.
    pub fn payload(size: u32) -> Vec<u8> {
        encode(&size).unwrap_or_default()
    }

    /// The kernel of a job.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`FileHash::payload`].
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        let size: u32 = decode(payload)?;
        Ok(Box::new(Self::new(size as usize)))
    }

    /// The digest of any bytes at once, as a host computes it.
    pub fn digest(bytes: &[u8]) -> Vec<u8> {
        Sha256::digest(bytes).to_vec()
    }

    /// A digest's 32 bytes in hexadecimal, as `hexdigest()` gives them.
    pub fn hex(digest: &[u8]) -> String {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Kernel for FileHash {
    fn slice(&mut self) -> Option<Vec<u8>> {
        let now = self.left.min(CHUNK);
        if let Some(chunk) = CONTENT.get(..now) {
            self.state.update(chunk);
        }
        self.left -= now;
        (self.left == 0).then(|| self.state.finalize_reset().to_vec())
    }

    fn progress(&self) -> f32 {
        1.0 - self.left as f32 / self.size.max(1) as f32
    }

    fn holds_gil(&self) -> bool {
        self.size <= Self::HOLDS_GIL_UP_TO
    }
}
