package import MemoryModel

/// Counts tokens as a query's tokenizer does.
///
/// Counts of the parts of a text, cut at line ends, never add up to less than the count of the whole.
package struct TokenCounter: Sendable {
    let tokenizer: Tokenizer

    package init(tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
    }

    /// The tokens of a text, or more; never less.
    package func count(_ text: String) -> Int {
        switch tokenizer {
        case .chars4: (text.unicodeScalars.count + 3) / 4
        case .o200k: TokenTables.o200k.count(text)
        case .cl100k: TokenTables.cl100k.count(text)
        }
    }
}
