"""Where the bytes come from: sources, manifests, layers."""
