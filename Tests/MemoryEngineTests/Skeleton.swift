// MemoryEngine tests.
