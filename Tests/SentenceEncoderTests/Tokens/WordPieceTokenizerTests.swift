import SentenceEncoder
import Testing

struct WordPieceTokenizerTests {
    @Test func tokensEqualTheReferences() throws {
        let tokenizer = WordPieceTokenizer(vocabulary: try ModelFiles.vocabulary())
        let golden = try GoldenText.all()
        #expect(golden.count >= 200)
        for text in golden {
            let tokens = tokenizer.tokens(of: text.text, limit: 256)
            #expect(tokens.ids == text.ids, "\(text.note): \(text.text.prefix(40))")
            #expect(tokens.truncated == text.truncated, "\(text.note): \(text.text.prefix(40))")
        }
    }

    @Test func theLongestPieceWins() throws {
        let tokenizer = WordPieceTokenizer(vocabulary: try Self.small())
        #expect(Self.ids(tokenizer, "unable") == [5, 8])
        #expect(Self.ids(tokenizer, "UNABLE, un") == [5, 8, 10, 5])
    }

    @Test func aWordWithOneMissingPieceIsUnknownAsAWhole() throws {
        let tokenizer = WordPieceTokenizer(vocabulary: try Self.small())
        #expect(Self.ids(tokenizer, "unax un") == [1, 5])
    }

    @Test(arguments: 2...12)
    func aLimitCutsAndTellsSo(limit: Int) throws {
        let tokenizer = WordPieceTokenizer(vocabulary: try Self.small())
        for words in 0..<15 {
            let tokens = tokenizer.tokens(of: String(repeating: "un ", count: words), limit: limit)
            #expect(tokens.ids.count == min(limit, words + 2))
            #expect(tokens.truncated == (words + 2 > limit))
            #expect(tokens.ids.first == 2 && tokens.ids.last == 3)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func anyTextGivesTokensOfTheVocabulary(seed: UInt64) throws {
        let vocabulary = try Self.small()
        let tokenizer = WordPieceTokenizer(vocabulary: vocabulary)
        var generator = SeededGenerator(seed: seed)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            let bound: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x11_0000
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &generator)) { text.append(scalar) }
        }
        let tokens = tokenizer.tokens(of: String(text), limit: 32)
        #expect(tokens.ids.count <= 32)
        #expect(tokens.ids.allSatisfy { (0..<Int32(vocabulary.count)).contains($0) })
    }

    private static func small() throws -> Vocabulary {
        let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##a", "##ab", "##able", "a", ","]
        return try Vocabulary(lines: Array(lines.joined(separator: "\n").utf8))
    }

    /// The tokens without [CLS] and [SEP].
    private static func ids(_ tokenizer: WordPieceTokenizer, _ text: String) -> [Int32] {
        Array(tokenizer.tokens(of: text, limit: 64).ids.dropFirst().dropLast())
    }
}
