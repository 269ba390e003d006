import SentenceEncoder
import Testing

struct VocabularyTests {
    private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    @Test func everyPieceIsFoundAtItsPlaceOnly() throws {
        let vocabulary = try Self.vocabulary(Self.special + ["a", "ab", "##b", "##", "#"])
        #expect(vocabulary.count == 10)
        let word = Array("ab##".utf8)
        #expect(vocabulary.find(word, 0..<1, .beginning) == 5)
        #expect(vocabulary.find(word, 0..<2, .beginning) == 6)
        #expect(vocabulary.find(word, 1..<2, .beginning) == nil)
        #expect(vocabulary.find(word, 1..<2, .continuation) == 7)
        #expect(vocabulary.find(word, 2..<4, .beginning) == 8)
        #expect(vocabulary.find(word, 2..<3, .beginning) == 9)
        #expect(vocabulary.longestPiece == 6)
    }

    @Test func aFinalLineBreakAndCarriageReturnsDoNotCount() throws {
        let text = Self.special.joined(separator: "\r\n") + "\r\n"
        let vocabulary = try Vocabulary(lines: Array(text.utf8))
        #expect(vocabulary.count == 5)
        #expect(vocabulary.special.mask == 4)
    }

    @Test(arguments: special)
    func aMissingSpecialTokenIsRefused(name: String) {
        let error = #expect(throws: SentenceEncoderError.self) {
            try Self.vocabulary(Self.special.filter { $0 != name } + ["a"])
        }
        #expect(error?.code == .malformedVocabulary)
    }

    @Test func aRepeatedTokenIsRefused() {
        let error = #expect(throws: SentenceEncoderError.self) { try Self.vocabulary(Self.special + ["a", "a"]) }
        #expect(error?.code == .malformedVocabulary)
    }

    @Test func theModelsVocabularyHasItsKnownTokens() throws {
        let vocabulary = try ModelFiles.vocabulary()
        #expect(vocabulary.count == 30_522)
        #expect(vocabulary.special.padding == 0)
        #expect(vocabulary.special.unknown == 100)
        #expect(vocabulary.special.classification == 101)
        #expect(vocabulary.special.separator == 102)
    }

    private static func vocabulary(_ lines: [String]) throws -> Vocabulary {
        try Vocabulary(lines: Array(lines.joined(separator: "\n").utf8))
    }
}
