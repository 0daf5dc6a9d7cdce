"""Version schemes: text in, a key that sorts out. One scheme a file; no scheme knows another's packages."""
