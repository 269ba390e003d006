// SentenceEncoder tests.
