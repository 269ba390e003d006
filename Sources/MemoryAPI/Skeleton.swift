// MemoryAPI: replaced by its first slice.
