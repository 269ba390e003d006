// MemoryModel: replaced by its first slice.
