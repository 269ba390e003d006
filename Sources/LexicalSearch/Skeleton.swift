// LexicalSearch: replaced by its first slice.
