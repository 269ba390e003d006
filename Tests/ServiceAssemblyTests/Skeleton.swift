// ServiceAssembly tests.
