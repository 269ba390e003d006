// LexicalSearch tests.
