"""The nouns of the house: frozen records, one family a file. Imports nothing of ours."""
