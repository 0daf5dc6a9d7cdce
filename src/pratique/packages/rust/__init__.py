"""Rust: crates that `cargo auditable` names in programs, locked ones, and what `cargo install` wrote down."""
