// SentenceEncoder: replaced by its first slice.
