/// The representations of all nouns, by name.
enum Nouns {}
