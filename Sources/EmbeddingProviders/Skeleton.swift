// EmbeddingProviders: replaced by its first slice.
