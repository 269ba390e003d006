// ServiceAssembly: replaced by its first slice.
