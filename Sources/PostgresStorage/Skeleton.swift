// PostgresStorage: replaced by its first slice.
