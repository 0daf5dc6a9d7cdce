"""Python's packages: installed distributions and what pins them."""
