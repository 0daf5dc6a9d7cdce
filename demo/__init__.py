"""An image with known holes, to try pratique on."""
