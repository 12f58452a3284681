//! The worker side: coordinator, thread pool and isolated processes.
