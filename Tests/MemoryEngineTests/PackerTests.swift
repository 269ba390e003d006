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

    private static func item(_ content: String, _ generator: inout SeededGenerator) -> ContextItem {
        ContextItem(
            id: Identifier(high: generator.next(), low: generator.next()),
            collectionID: Identifier(high: 0, low: 1),
            audienceID: Identifier(high: 0, low: 2),
            content: content,
            kind: .fact,
            source: "web",
            trust: .user,
            validFrom: Timestamp(microseconds: 0),
            contentHash: [],
            createdAt: Timestamp(microseconds: 1_772_442_000_000_000),
            updatedAt: Timestamp(microseconds: 0)
        )
    }

    private static func found(_ count: Int, _ generator: inout SeededGenerator) -> [Packer.Found] {
        (0..<count).map { index in
            let length = [1, 5, 20, 60, 400].randomElement(using: &generator) ?? 5
            return Packer.Found(
                subject: .item(item(text(words: length, &generator), &generator)),
                score: 1 - Float(index) / 20
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
            let found = Self.found(Int.random(in: 0...6, using: &generator), &generator)
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

    @Test func mostOfARealisticPackIsContent() {
        var generator = SeededGenerator(seed: 14)
        let contents = [
            "The API answers 401 with code `session_expired` or `session_revoked`: on revoked the app wipes its cache, on "
                + "expired it only asks for the PIN.",
            "Texthive is the SMS provider; reminders are opt-in, one message a day at 8:00, one more if a window moves by "
                + "more than 15 minutes.",
            "A pickup window is 45 minutes by default since the trial in Leipzig; 30 minutes left drivers waiting at the "
                + "second stop and volunteers leaving early.",
        ]
        let found = (0..<60).map { index in
            Packer.Found(subject: .item(Self.item("\(contents[index % 3]) (\(index))", &generator)), score: 1)
        }
        for tokenizer in Tokenizer.allCases {
            let renderer = PackRenderer(format: .text, tokenizer: tokenizer, fenceSecret: Self.secret)
            let result = Packer(renderer: renderer, budget: 2_000).pack(pins: [], found: found, recent: [])
            let counter = TokenCounter(tokenizer: tokenizer)
            let content = zip(found, result.found).filter { $1.outcome == .included }.reduce(0) { sum, pair in
                guard case .item(let item) = pair.0.subject else { return sum }
                return sum + counter.count(item.content)
            }
            #expect(
                Double(content) >= 0.8 * Double(result.tokenCount),
                "\(tokenizer): \(content) of \(result.tokenCount)"
            )
        }
    }
}
