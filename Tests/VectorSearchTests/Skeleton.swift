// VectorSearch tests.
