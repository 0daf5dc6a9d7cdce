"""From layer facts to what is in the image: squash, join, attribute."""
