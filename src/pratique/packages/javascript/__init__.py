"""JavaScript's packages: installed ones and what pins them."""
