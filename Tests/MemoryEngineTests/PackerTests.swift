import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct PackerTests {
    private static let secret = [UInt8](repeating: 7, count: 32)
    private static let words = [
        "session", "driver", "window", "limit", "Postgres", "expired", "qzxj", "東京", "naïve", "🚀", "foo_bar", "\n",
        "[[",
        "<mneme", "]]", "a", "12345", "&", "…", "{\"k\":1}",
    ]

    private static func text(words count: Int, _ generator: inout SeededGenerator) -> String {
        (0..<count).map { _ in words.randomElement(using: &generator) ?? "a" }.joined(separator: " ")
            + (Bool.random(using: &generator) ? "." : "")
    }

    private static func item(
        _ content: String,
        source: String = "web",
        _ generator: inout SeededGenerator
    ) -> ContextItem {
        ContextItem(
            id: Identifier(high: generator.next(), low: generator.next()),
            collectionID: Identifier(high: 0, low: 1),
            audienceID: Identifier(high: 0, low: 2),
            content: content,
            kind: .fact,
            source: source,
            trust: .user,
            validFrom: Timestamp(microseconds: 0),
            contentHash: [],
            createdAt: Timestamp(microseconds: 1_772_442_000_000_000),
            updatedAt: Timestamp(microseconds: 0)
        )
    }

    private static func message(_ content: String, _ generator: inout SeededGenerator) -> Message {
        Message(
            id: Identifier(high: generator.next(), low: generator.next()),
            channelID: Identifier(high: 0, low: 3),
            threadID: Identifier(high: 0, low: 4),
            audienceID: Identifier(high: 0, low: 2),
            authorType: .human,
            author: words.randomElement(using: &generator) ?? "Ada",
            content: content,
            createdAt: Timestamp(microseconds: 1_772_442_000_000_000)
        )
    }

    /// Items and messages of every length, some of them in conflict with one another or with a pin.
    private static func found(_ count: Int, _ generator: inout SeededGenerator, pins: Int = 0) -> [Packer.Found] {
        (0..<count).map { index in
            let length = [1, 5, 20, 60, 400].randomElement(using: &generator) ?? 5
            let text = text(words: length, &generator)
            let isItem = Int.random(in: 0..<3, using: &generator) > 0
            let partner = Int.random(in: 0..<4, using: &generator) == 0 ? [(index + 1) % count] : []
            return Packer.Found(
                subject: isItem ? .item(item(text, &generator)) : .message(message(text, &generator)),
                score: 1 - Float(index) / 20,
                conflicts: isItem ? partner : [],
                pinConflicts: isItem && pins > 0 && Bool.random(using: &generator) ? [0] : []
            )
        }
    }

    @Test func theBudgetIsNeverExceeded() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let format = ContextFormat.allCases.randomElement(using: &generator) ?? .text
            let tokenizer = Tokenizer.allCases.randomElement(using: &generator) ?? .chars4
            let budget = Int.random(in: 1...600, using: &generator)
            let renderer = PackRenderer(format: format, tokenizer: tokenizer, fenceSecret: Self.secret)
            let pins = Self.found(Int.random(in: 0...2, using: &generator), &generator)
            let found = Self.found(Int.random(in: 0...6, using: &generator), &generator, pins: pins.count)
            let recent = Self.found(Int.random(in: 0...3, using: &generator), &generator)
            let result = Packer(renderer: renderer, budget: budget).pack(pins: pins, found: found, recent: recent)
            #expect(renderer.tokens(of: result.rendered) <= budget)
            #expect(result.tokenCount == renderer.tokens(of: result.rendered))
            let placed = (result.pins + result.found + result.recent).count { $0.tokens > 0 }
            if budget >= 150, pins.count + found.count + recent.count > 0 {
                #expect(placed > 0, "nothing is in a pack of \(budget) tokens")
            }
        }
    }

    @Test func anOversizedItemIsExcerptedAroundTheWordsLookedFor() {
        var generator = SeededGenerator(seed: 12)
        let filler = (0..<120).map { "Sentence number \($0) says nothing of use." }.joined(separator: " ")
        let content = filler + " The deploy key expires in March. " + filler
        let place = content.utf8.count / 2
        let item = Self.item(content, &generator)
        let start = (filler + " The ").utf8.count
        let renderer = PackRenderer(format: .text, tokenizer: .chars4, fenceSecret: Self.secret)
        let result = Packer(renderer: renderer, budget: 200).pack(
            pins: [],
            found: [Packer.Found(subject: .item(item), score: 1, matches: [start..<(start + 6)])],
            recent: []
        )
        #expect(place > 0)
        #expect(result.found[0].outcome == .excerpted)
        guard case .text(let text) = result.rendered else { return }
        #expect(text.contains("The deploy key expires in March."))
    }

    @Test func whatDoesNotFitIsPassedOver() {
        var generator = SeededGenerator(seed: 13)
        let long = Self.item(String(repeating: "long ", count: 120), &generator)
        let short = Self.item("Short and useful.", &generator)
        let renderer = PackRenderer(format: .text, tokenizer: .chars4, fenceSecret: Self.secret)
        let result = Packer(renderer: renderer, budget: 90).pack(
            pins: [],
            found: [
                Packer.Found(subject: .item(long), score: 1),
                Packer.Found(subject: .item(short), score: 0.5),
            ],
            recent: []
        )
        #expect(result.found[1].outcome == .included)
    }

    /// The items of the sample workspace, in an order drawn from a seed.
    private static func sample(seed: UInt64) throws -> [Packer.Found] {
        struct Line: Decodable {
            let type: String
            let content: String?
            let source: String?
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "data/sample-workspace.jsonl"), encoding: .utf8)
        var generator = SeededGenerator(seed: seed)
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let items = lines.filter { $0.type == "item" }.map { line in
            item(line.content ?? "", source: line.source ?? "web", &generator)
        }
        return items.shuffled(using: &generator).enumerated().map { index, item in
            Packer.Found(subject: .item(item), score: 1 - Float(index) / 1_000)
        }
    }

    @Test(arguments: ContextFormat.allCases, Tokenizer.allCases)
    func fourFifthsOfAPackOfTheSampleAreContent(format: ContextFormat, tokenizer: Tokenizer) throws {
        let counter = TokenCounter(tokenizer: tokenizer)
        let renderer = PackRenderer(format: format, tokenizer: tokenizer, fenceSecret: Self.secret)
        for budget in [1_000, 2_000, 4_000] {
            var (content, whole) = (0, 0)
            for seed in 1...5 {
                let found = try Self.sample(seed: UInt64(seed))
                #expect(found.count > 150)
                let result = Packer(renderer: renderer, budget: budget).pack(pins: [], found: found, recent: [])
                whole += result.tokenCount
                for (entry, placement) in zip(found, result.found) where placement.outcome == .included {
                    if case .item(let item) = entry.subject { content += counter.count(item.content) }
                }
            }
            let share = Double(content) / Double(whole)
            print("content share \(format) \(tokenizer) \(budget): \((share * 1_000).rounded() / 10) %")
            #expect(share >= 0.8, "\(budget)")
        }
    }
}
