// MemoryModel tests.
