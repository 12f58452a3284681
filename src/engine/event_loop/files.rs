//! The files of a run: a folder in the origin's private file system, or memory where the browser refuses it.

use super::leftovers;
use super::promised::{Answer, settled, then, words};
use crate::aio::Exception;
use crate::aio::outside::{FileOp, Place};
use crate::aio::stand_in::MemoryFiles;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Throws, or gives a promise that fails, where there is no such file system.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"], js_name = getDirectory)]
    fn root() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &JsValue, ms: i32) -> i32;

    /// A `FileSystemDirectoryHandle`.
    #[derive(Clone)]
    type Folder;
    #[wasm_bindgen(method, catch, js_name = getDirectoryHandle)]
    fn folder(this: &Folder, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    fn file(this: &Folder, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEntry)]
    fn remove(this: &Folder, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn keys(this: &Folder) -> Result<leftovers::Names, JsValue>;

    /// A `FileSystemFileHandle`, or the `File` it gives.
    type Handle;
    #[wasm_bindgen(method, catch, js_name = createWritable)]
    fn create_writable(this: &Handle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &Handle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Handle) -> Result<Promise, JsValue>;

    /// A `FileSystemWritableFileStream`.
    type Writable;
    #[wasm_bindgen(method, catch)]
    fn write(this: &Writable, bytes: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Writable) -> Result<Promise, JsValue>;
}

/// How often a folder is tried to be removed, and after how many milliseconds again.
const TRIES: u32 = 40;
const PAUSE: i32 = 50;

enum Kept {
    Real { root: Folder, folder: Folder, name: String },
    Memory(MemoryFiles),
}

/// Where the files of a run are.
#[derive(Default)]
pub struct Files {
    kept: RefCell<Option<Kept>>,
    /// Whether the run is over: what is made now is removed at once.
    over: Cell<bool>,
}

impl Files {
    /// Begins an operation.
    pub fn begin(self: &Rc<Self>, operation: FileOp, answer: Answer) {
        let operation = match operation {
            FileOp::Open => return self.clone().open(answer),
            FileOp::Remove => return self.remove(answer),
            other => other,
        };
        match (operation, self.kept.borrow_mut().as_mut()) {
            (FileOp::Write { name, bytes }, Some(Kept::Real { folder, .. })) => write(folder, &name, &bytes, answer),
            (FileOp::Read { name }, Some(Kept::Real { folder, .. })) => read(folder, &name, answer),
            (FileOp::Write { name, bytes }, Some(Kept::Memory(files))) => {
                files.write(name, bytes);
                answer.value(&());
            }
            (FileOp::Read { name }, Some(Kept::Memory(files))) => answer.give(files.read(&name)),
            _ => answer.give(Err(Exception::new("FileNotFoundError", "no folder was made"))),
        }
    }

    /// The run is over: removes what the program left behind.
    pub fn clear(&self) {
        self.over.set(true);
        if let Some(Kept::Real { root, name, .. }) = self.kept.take() {
            discard(root, name, TRIES, None);
        }
    }

    fn open(self: Rc<Self>, answer: Answer) {
        if !can_write() {
            return self.in_memory("it has no createWritable", answer);
        }
        let root = match root() {
            Ok(root) => root,
            Err(thrown) => return self.in_memory(&words(&thrown), answer),
        };
        settled(&root, move |became| {
            let name = leftovers::name();
            let made = became.map(JsCast::unchecked_into::<Folder>).and_then(|root| {
                let from = root.clone();
                leftovers::forget_folders(|| root.keys(), move |old| discard(from.clone(), old, 0, None));
                let made = root.folder(&name, &options("create")?)?;
                Ok((root, made))
            });
            let (root, made) = match made {
                Ok(made) => made,
                Err(thrown) => return self.in_memory(&words(&thrown), answer),
            };
            settled(&made, move |became| match became {
                Ok(_) if self.over.get() => discard(root, name, TRIES, None),
                Ok(folder) => {
                    self.kept.replace(Some(Kept::Real { root, folder: folder.unchecked_into(), name }));
                    answer.value(&Place::Real);
                }
                Err(thrown) => self.in_memory(&words(&thrown), answer),
            });
        });
    }

    fn in_memory(&self, why: &str, answer: Answer) {
        self.kept.replace(Some(Kept::Memory(MemoryFiles::default())));
        answer.value(&Place::Memory(why.to_owned()));
    }

    fn remove(&self, answer: Answer) {
        match self.kept.take() {
            Some(Kept::Real { root, name, .. }) => discard(root, name, TRIES, Some(answer)),
            Some(Kept::Memory(_)) | None => answer.value(&()),
        }
    }
}

/// Removes a folder. A browser refuses that while a file in it is being written, as in a run that was stopped: then it is tried
/// again a little later, also when nobody waits for it any more.
fn discard(root: Folder, name: String, tries: u32, answer: Option<Answer>) {
    let removed = options("recursive").and_then(|options| root.remove(&name, &options));
    let become_of = move |became: Result<JsValue, JsValue>| match became {
        Ok(_) => answer.into_iter().for_each(|answer| answer.value(&())),
        Err(thrown) if tries == 0 => answer.into_iter().for_each(|answer| answer.raise(&thrown)),
        Err(_) => {
            let again = Closure::once_into_js(move || discard(root, name, tries - 1, answer));
            set_timeout(&again, PAUSE);
        }
    };
    match removed {
        Ok(promise) => settled(&promise, become_of),
        Err(thrown) => become_of(Err(thrown)),
    }
}

/// Whether files can be written where the loop lives: some browsers allow it in workers only.
fn can_write() -> bool {
    let handle = Reflect::get(&js_sys::global(), &"FileSystemFileHandle".into());
    let prototype = handle.and_then(|handle| Reflect::get(&handle, &"prototype".into()));
    prototype.and_then(|p| Reflect::get(&p, &"createWritable".into())).is_ok_and(|found| found.has_type::<Function>())
}

fn options(name: &str) -> Result<Object, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &name.into(), &JsValue::TRUE)?;
    Ok(options)
}

fn write(folder: &Folder, name: &str, bytes: &[u8], answer: Answer) {
    let bytes = Uint8Array::from(bytes);
    let file = options("create").and_then(|options| folder.file(name, &options));
    then(file, answer, move |file, answer| {
        then(file.unchecked_into::<Handle>().create_writable(), answer, move |stream, answer| {
            let stream: Writable = stream.unchecked_into();
            then(stream.write(&bytes), answer, move |_, answer| {
                then(stream.close(), answer, |_, answer| answer.value(&()));
            });
        });
    });
}

fn read(folder: &Folder, name: &str, answer: Answer) {
    then(folder.file(name, &Object::new()), answer, |file, answer| {
        then(file.unchecked_into::<Handle>().get_file(), answer, |file, answer| {
            then(file.unchecked_into::<Handle>().array_buffer(), answer, |buffer, answer| {
                answer.give(Ok(Uint8Array::new(&buffer).to_vec()));
            });
        });
    });
}
