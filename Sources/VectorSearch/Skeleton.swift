// VectorSearch: replaced by its first slice.
