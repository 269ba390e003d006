// EmbeddingProviders tests.
