import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct TokenCounterTests {
    private struct Case: Decodable {
        let text: String
        let tokens: Int
        let cl100k: Int
        let sample: Bool?
    }

    private static func golden() throws -> [Case] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "data/golden/tokens/counts.json"))
        return try JSONDecoder().decode([Case].self, from: data)
    }

    @Test func theEstimateIsNeverBelowTheReference() throws {
        let cases = try Self.golden()
        #expect(cases.count > 3_000)
        for testCase in cases {
            let o200k = TokenCounter(tokenizer: .o200k).count(testCase.text)
            #expect(o200k >= testCase.tokens, "\(testCase.text.debugDescription)")
            let cl100k = TokenCounter(tokenizer: .cl100k).count(testCase.text)
            #expect(cl100k >= testCase.cl100k, "\(testCase.text.debugDescription)")
        }
    }

    @Test func theEstimateOfPlainEnglishIsNotFarAbove() {
        let text = """
            The session service stores its state in Postgres since the team moved away from Redis in August. A driver's \
            session lasts twelve hours, and the app asks for the code again when the server says that it has expired.
            """
        // Both references count 44.
        for tokenizer in [Tokenizer.o200k, .cl100k] {
            let estimate = TokenCounter(tokenizer: tokenizer).count(text)
            #expect((44...75).contains(estimate), "\(tokenizer)")
        }
    }

    @Test func theEstimateOfTheSamplesItemsIsAtMostThreeQuartersAbove() throws {
        let sample = try Self.golden().filter { $0.sample == true }
        #expect(sample.count > 150)
        for (tokenizer, reference) in [
            (Tokenizer.o200k, sample.reduce(0) { $0 + $1.tokens }), (.cl100k, sample.reduce(0) { $0 + $1.cl100k }),
        ] {
            let counter = TokenCounter(tokenizer: tokenizer)
            let estimate = sample.reduce(0) { $0 + counter.count($1.text) }
            print("token estimate of the sample: \(tokenizer) \(estimate) for \(reference)")
            #expect(Double(estimate) <= 1.75 * Double(reference), "\(tokenizer)")
        }
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
