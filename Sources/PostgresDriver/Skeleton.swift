// PostgresDriver: replaced by its first slice.
