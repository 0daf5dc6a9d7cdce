"""Programs and libraries copied in by hand, recognised by the version that stands in their own bytes."""
