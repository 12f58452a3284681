//! Which exception type derives from which, as far as Python's built-in ones and asyncio's go.

/// Types with a parent other than `Exception`.
const PARENTS: &[(&str, &str)] = &[
    ("ArithmeticError", "Exception"),
    ("BlockingIOError", "OSError"),
    ("BrokenBarrierError", "RuntimeError"),
    ("BrokenExecutor", "RuntimeError"),
    ("BrokenPipeError", "ConnectionError"),
    ("BrokenProcessPool", "BrokenExecutor"),
    ("BrokenThreadPool", "BrokenExecutor"),
    ("CancelledError", "BaseException"),
    ("ChildProcessError", "OSError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionError", "OSError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("Exception", "BaseException"),
    ("ExceptionGroup", "BaseExceptionGroup"), // and Exception: see below
    ("BaseExceptionGroup", "BaseException"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("FloatingPointError", "ArithmeticError"),
    ("GeneratorExit", "BaseException"),
    ("IncompleteReadError", "EOFError"),
    ("IndexError", "LookupError"),
    ("InterruptedError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("JSONDecodeError", "ValueError"),
    ("KeyError", "LookupError"),
    ("KeyboardInterrupt", "BaseException"),
    ("ModuleNotFoundError", "ImportError"),
    ("NotADirectoryError", "OSError"),
    ("NotImplementedError", "RuntimeError"),
    ("OverflowError", "ArithmeticError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("RecursionError", "RuntimeError"),
    ("SystemExit", "BaseException"),
    ("TimeoutError", "OSError"),
    ("UnboundLocalError", "NameError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("UnicodeError", "ValueError"),
    ("ZeroDivisionError", "ArithmeticError"),
];

/// `issubclass(kind, of)`.
pub(super) fn is_a(kind: &str, of: &str) -> bool {
    if kind == of || of == "BaseException" {
        return true;
    }
    if kind == "ExceptionGroup" && of == "Exception" {
        return true; // the one type with two parents
    }
    match PARENTS.iter().find(|(child, _)| *child == kind) {
        Some((_, "BaseException")) => false,
        Some((_, parent)) => is_a(parent, of),
        None => of == "Exception",
    }
}
