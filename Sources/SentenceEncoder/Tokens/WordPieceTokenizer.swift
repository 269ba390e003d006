/// The tokens of one text, as the model takes them.
package struct TokenSequence: Sendable, Equatable {
    /// Token numbers, from [CLS] to [SEP].
    package let ids: [Int32]
    /// Whether tokens were cut off at the limit.
    package let truncated: Bool
}

/// Splits a text into the tokens of the vocabulary, as BERT's uncased WordPiece tokenizer does.
///
/// After Schuster and Nakajima 2012, and the rules of the huggingface/tokenizers library.
package struct WordPieceTokenizer: Sendable {
    private let vocabulary: Vocabulary
    private let folding: ScalarFolding
    private let specialNames: [(name: [Unicode.Scalar], id: Int32)]

    package init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        folding = ScalarFolding()
        let special = vocabulary.special
        specialNames = [
            ("[PAD]", special.padding), ("[UNK]", special.unknown), ("[CLS]", special.classification),
            ("[SEP]", special.separator), ("[MASK]", special.mask),
        ].map { (Array($0.0.unicodeScalars), $0.1) }
    }

    /// The first `limit` tokens, [CLS] and [SEP] among them; stops reading as soon as the limit is passed.
    ///
    /// A special token that is spelled out in the text becomes that token, as in the reference.
    package func tokens(of text: String, limit: Int) -> TokenSequence {
        precondition(limit >= 2, "no room for [CLS] and [SEP]")
        var pieces = PieceCollector(vocabulary: vocabulary, limit: limit - 1)
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex, !pieces.isOverfull {
            let scalar = scalars[index]
            if scalar == "[", let special = specialNames.first(where: { scalars[index...].starts(with: $0.name) }) {
                pieces.add(special.id)
                scalars.formIndex(&index, offsetBy: special.name.count)
            } else {
                read(scalar, into: &pieces)
                scalars.formIndex(after: &index)
            }
        }
        pieces.endWord()
        return pieces.sequence()
    }

    private func read(_ scalar: Unicode.Scalar, into pieces: inout PieceCollector) {
        switch folding(scalar) {
        case .removed: break
        case .space: pieces.endWord()
        case .letters(let folded): for letter in folded { pieces.read(letter) }
        case .ideograph(let folded):
            pieces.endWord()
            for letter in folded { pieces.read(letter) }
            pieces.endWord()
        }
    }
}

/// Collects the letters of a word, and at its end the pieces it is made of.
private struct PieceCollector {
    private let vocabulary: Vocabulary
    private let limit: Int
    private var ids: [Int32]
    /// The word so far in UTF-8, and where each of its scalars begins.
    private var word: [UInt8] = []
    private var starts: [Int] = []

    /// Words of more scalars are unknown.
    private static let longestWord = 100

    /// `limit` counts [CLS] and leaves out [SEP].
    init(vocabulary: Vocabulary, limit: Int) {
        self.vocabulary = vocabulary
        self.limit = limit
        ids = [vocabulary.special.classification]
    }

    /// Whether there are more tokens than fit.
    var isOverfull: Bool { ids.count > limit }

    func sequence() -> TokenSequence {
        TokenSequence(ids: ids.prefix(limit) + [vocabulary.special.separator], truncated: isOverfull)
    }

    mutating func add(_ id: Int32) {
        endWord()
        ids.append(id)
    }

    mutating func read(_ letter: ScalarFolding.Folded) {
        if letter.standsAlone { endWord() }
        // One scalar past the longest word is enough to know that it is unknown.
        if starts.count <= Self.longestWord {
            starts.append(word.count)
            word.append(contentsOf: UTF8.encode(letter.scalar) ?? UTF8.encodedReplacementCharacter)
        }
        if letter.standsAlone { endWord() }
    }

    /// Cuts the word into pieces, each the longest that the vocabulary has; if one is missing the whole is unknown.
    mutating func endWord() {
        guard !word.isEmpty else { return }
        defer {
            word.removeAll(keepingCapacity: true)
            starts.removeAll(keepingCapacity: true)
        }
        guard starts.count <= Self.longestWord else {
            ids.append(vocabulary.special.unknown)
            return
        }
        let before = ids.count
        var first = 0
        while first < starts.count {
            guard let (id, next) = longestPiece(from: first) else {
                ids.removeSubrange(before...)
                ids.append(vocabulary.special.unknown)
                return
            }
            ids.append(id)
            first = next
        }
    }

    /// The longest piece that begins at scalar `first`, and the scalar after it.
    private func longestPiece(from first: Int) -> (id: Int32, next: Int)? {
        let begin = starts[first]
        let place: Vocabulary.Place = first == 0 ? .beginning : .continuation
        var next = starts.count
        while next > first {
            let end = next == starts.count ? word.count : starts[next]
            if end - begin <= vocabulary.longestPiece, let id = vocabulary.find(word, begin..<end, place) {
                return (id, next)
            }
            next -= 1
        }
        return nil
    }
}
