// AccessControl: replaced by its first slice.
