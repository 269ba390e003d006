import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct TokenCounterTests {
    private struct Case: Decodable {
        let text: String
        let tokens: Int
    }

    private static func golden() throws -> [Case] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "data/golden/tokens/counts.json"))
        return try JSONDecoder().decode([Case].self, from: data)
    }

    @Test func theEstimateIsNeverBelowTheReference() throws {
        let counter = TokenCounter(tokenizer: .o200k)
        for testCase in try Self.golden() {
            let estimate = counter.count(testCase.text)
            #expect(estimate >= testCase.tokens, "\(testCase.text.debugDescription)")
        }
    }

    @Test func theEstimateOfPlainEnglishIsNotFarAbove() {
        let text = """
            The session service stores its state in Postgres since the team moved away from Redis in August. A driver's \
            session lasts twelve hours, and the app asks for the code again when the server says that it has expired.
            """
        // The reference counts 44.
        let estimate = TokenCounter(tokenizer: .o200k).count(text)
        #expect((44...70).contains(estimate))
    }

    @Test func countsOfLinesAddUpToNoLessThanTheWhole() throws {
        let cases = try Self.golden()
        var generator = SeededGenerator(seed: 5)
        for tokenizer in Tokenizer.allCases {
            let counter = TokenCounter(tokenizer: tokenizer)
            for _ in 0..<1_000 {
                let lines = (0..<4).map { _ in
                    cases[Int.random(in: cases.indices, using: &generator)].text.filter { $0 != "\n" } + ".\n"
                }
                let whole = counter.count(lines.joined())
                #expect(whole <= lines.reduce(0) { $0 + counter.count($1) })
            }
        }
    }

    @Test func fourCharactersAreAToken() {
        let counter = TokenCounter(tokenizer: .chars4)
        #expect(["", "a", "abcd", "abcde", "日本語文字"].map(counter.count) == [0, 1, 1, 2, 2])
    }
}
