// MemoryEngine: replaced by its first slice.
