//! Exception groups: several exceptions raised as one, and how `except*` takes them apart.

use super::exception::Exception;

impl Exception {
    /// `BaseExceptionGroup(message, exceptions)`, which is an `ExceptionGroup` when all it holds are `Exception`s.
    /// A group of nothing is a `ValueError`, as in Python.
    pub fn group(message: impl Into<String>, exceptions: Vec<Exception>) -> Self {
        if exceptions.is_empty() {
            return Self::new("ValueError", "second argument (exceptions) must be a non-empty sequence");
        }
        let plain = exceptions.iter().all(|exception| exception.is_a("Exception"));
        let mut group = Self::new(if plain { "ExceptionGroup" } else { "BaseExceptionGroup" }, message);
        group.links_mut().exceptions = exceptions;
        group
    }

    /// The exceptions of a group, in order; of any other exception none.
    pub fn exceptions(&self) -> &[Exception] {
        self.links.as_ref().map_or(&[], |links| &links.exceptions)
    }

    /// Whether it is a group.
    pub fn is_group(&self) -> bool {
        !self.exceptions().is_empty()
    }

    /// `split(kind)`: the part whose exceptions are of this type and the rest, each with the groups' nesting.
    pub fn split(&self, kind: &str) -> (Option<Exception>, Option<Exception>) {
        self.split_by(&|exception| exception.is_a(kind))
    }

    /// `split(predicate)`. Groups themselves are asked too, before what they hold.
    pub fn split_by(&self, wanted: &dyn Fn(&Exception) -> bool) -> (Option<Exception>, Option<Exception>) {
        if wanted(self) {
            return (Some(self.clone()), None);
        }
        if !self.is_group() {
            return (None, Some(self.clone()));
        }
        let parts = self.exceptions().iter().map(|exception| exception.split_by(wanted));
        let (matched, rest): (Vec<_>, Vec<_>) = parts.unzip();
        (self.derive(matched), self.derive(rest))
    }

    /// `subgroup(kind)`: only the part whose exceptions are of this type.
    pub fn subgroup(&self, kind: &str) -> Option<Exception> {
        self.split(kind).0
    }

    /// What `except* kind` catches and what it passes on. An exception that is no group is caught inside a new one.
    pub fn except_star(self, kind: &str) -> (Option<Exception>, Option<Exception>) {
        if self.is_group() {
            return self.split(kind);
        }
        if self.is_a(kind) { (Some(Self::group("", vec![self])), None) } else { (None, Some(self)) }
    }

    /// A group like this one of the exceptions that are there.
    fn derive(&self, parts: Vec<Option<Exception>>) -> Option<Exception> {
        let exceptions: Vec<_> = parts.into_iter().flatten().collect();
        if exceptions.is_empty() {
            return None;
        }
        let mut group = Self::group(self.message.clone(), exceptions);
        if let Some(links) = &self.links {
            let made = group.links_mut();
            made.cause.clone_from(&links.cause);
            made.context.clone_from(&links.context);
        }
        Some(group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kinds: &[&'static str]) -> Exception {
        Exception::group("g", kinds.iter().map(|kind| Exception::new(*kind, "")).collect())
    }

    fn shown(exception: Option<Exception>) -> String {
        let Some(exception) = exception else { return "-".to_owned() };
        let inside: Vec<_> = exception.exceptions().iter().map(|e| shown(Some(e.clone()))).collect();
        if inside.is_empty() {
            exception.kind.into_owned()
        } else {
            format!("{}[{}]", exception.kind, inside.join(" "))
        }
    }

    #[test]
    fn split_keeps_the_nesting() {
        let nested =
            Exception::group("outer", vec![of(&["ValueError", "TimeoutError"]), Exception::new("KeyError", "")]);
        let (matched, rest) = nested.split("OSError");
        assert_eq!(shown(matched), "ExceptionGroup[ExceptionGroup[TimeoutError]]");
        assert_eq!(shown(rest), "ExceptionGroup[ExceptionGroup[ValueError] KeyError]");
        assert_eq!(shown(nested.subgroup("ZeroDivisionError")), "-");
        assert_eq!(shown(nested.split("Exception").0), shown(Some(nested.clone())), "a group is an Exception itself");
    }

    #[test]
    fn a_group_is_as_base_as_what_it_holds() {
        assert_eq!(of(&["ValueError", "CancelledError"]).kind, "BaseExceptionGroup");
        assert!(!of(&["CancelledError"]).is_a("Exception"));
        assert!(of(&["ValueError"]).is_a("BaseExceptionGroup") && of(&["ValueError"]).is_a("Exception"));
        assert_eq!(
            shown(of(&["ValueError", "CancelledError"]).split("CancelledError").1),
            "ExceptionGroup[ValueError]"
        );
        assert_eq!(Exception::group("", vec![]).kind, "ValueError");
    }

    #[test]
    fn except_star_wraps_what_is_no_group() {
        let (caught, rest) = Exception::new("KeyError", "k").except_star("LookupError");
        assert_eq!((shown(caught), rest), ("ExceptionGroup[KeyError]".to_owned(), None));
        let (caught, rest) = Exception::new("KeyError", "k").except_star("OSError");
        assert_eq!((caught, shown(rest)), (None, "KeyError".to_owned()));
    }

    #[test]
    fn texts_are_those_of_python() {
        assert_eq!(of(&["ValueError", "KeyError"]).to_string(), "ExceptionGroup: g (2 sub-exceptions)");
        assert_eq!(of(&["ValueError"]).text(), "g (1 sub-exception)");
        assert!(Exception::timeout().is_a("OSError") && !Exception::cancelled().is_a("Exception"));
        assert!(Exception::new("BankError", "").is_a("Exception") && !Exception::new("BankError", "").is_a("OSError"));
    }
}
