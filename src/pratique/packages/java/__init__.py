"""Java archives: what they are, what was merged into them, what is in them."""
