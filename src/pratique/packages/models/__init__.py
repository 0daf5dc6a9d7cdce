"""Models of machine learning."""
