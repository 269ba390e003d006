// MemoryAPI tests.
