import Foundation
import LexicalSearch
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct HighlightsTests {
    private func highlights(_ words: String..., in text: String) throws -> Highlights {
        try Highlighter(words: words, analyzer: try Analyzer(language: .english)).highlights(in: text)
    }

    private func marked(_ highlights: Highlights, _ text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return highlights.ranges.map { range in
            var part = String.UnicodeScalarView()
            part.append(contentsOf: scalars[range])
            return String(part)
        }
    }

    /// Replaces by scalars, where `String` would see a mark and a joiner behind it as one character.
    private static func replacing(_ part: String, with other: String, in text: String) -> String {
        text.replacingOccurrences(of: part, with: other, options: .literal)
    }

    @Test func wordsAreMarkedByTheirStem() throws {
        let text = "Sessions expired; the session store expires <b>them</b> & more."
        let result = try highlights("session", "expire", in: text)
        #expect(marked(result, text) == ["Sessions", "expired", "session", "expires"])
        #expect(
            result.html
                == "<mark>Sessions</mark> <mark>expired</mark>; the <mark>session</mark> store <mark>expires</mark> "
                + "&lt;b&gt;them&lt;/b&gt; &amp; more."
        )
    }

    @Test func offsetsAreExactAmongEmojiDiacriticsAndIdeographs() throws {
        let text = "👩‍👩‍👧 Café in 東京タワー — naïve cafés 🚀"
        #expect(marked(try highlights("café", in: text), text) == ["Café", "cafés"])
        #expect(marked(try highlights("東京", in: text), text) == ["東京"])
        #expect(marked(try highlights("東京タワー", in: text), text) == ["東京タワー"])
        let decomposed = "cafe\u{301} now"
        #expect(marked(try highlights("now", in: decomposed), decomposed) == ["now"])
    }

    @Test func marksAroundAnyRangesLeaveTheTextWhole() {
        var generator = SeededGenerator(seed: 41)
        let alphabet: [Character] = ["a", "<", "&", "é", "東", "🚀", "\"", "'", "\n", "👩‍👩‍👧"]
        for _ in 0..<2_000 {
            let text = String((0..<20).compactMap { _ in alphabet.randomElement(using: &generator) })
            var ends = Set<Int>()
            var offset = 0
            for scalar in text.unicodeScalars {
                if Bool.random(using: &generator) { ends.insert(offset) }
                offset += UTF8.width(scalar)
            }
            let sorted = ends.sorted()
            let ranges = stride(from: 0, to: sorted.count - 1, by: 2).map { sorted[$0]..<sorted[$0 + 1] }
            let result = Highlights(text, utf8Ranges: ranges)
            let plain = ["<mark>": "", "</mark>": "", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]
                .reduce(result.html) { Self.replacing($1.key, with: $1.value, in: $0) }
            #expect(Self.replacing("&amp;", with: "&", in: plain) == text)
            #expect(result.ranges.count == ranges.count)
            let utf8 = Array(text.utf8)
            #expect(marked(result, text) == ranges.map { String(decoding: utf8[$0], as: UTF8.self) })
        }
    }

    @Test func messagesAreFoundWithHighlightsAndForksSeeNoSiblings() async throws {
        let engine = try await EngineFixture(embeds: false)
        let search = MessageSearch(store: engine.store, executor: engine.executor)
        let thread = try await engine.thread()
        let forks = try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let place = ConversationPlace(threadID: thread.id)
            func say(_ text: String, _ place: ConversationPlace) async throws -> Message {
                let draft = MessageDraft(authorType: .human, author: "Ada", content: text)
                return try await conversation.append([draft], to: place, in: tx)[0]
            }
            let point = try await say("The zebra came first", place)
            _ = try await say("A zebra after the fork point", place)
            var forks: [Fork] = []
            for title in ["left", "right"] {
                let fork = try await conversation.fork(at: point.id, title: title, in: tx)
                _ = try await say("zebra on the \(title)", ConversationPlace(threadID: thread.id, forkID: fork.id))
                forks.append(fork)
            }
            return forks
        }
        let all = try await search.search(MessageSearchQuery(text: "zebras"), as: engine.user)
        #expect(all.rows.count == 4)
        #expect(all.rows.allSatisfy { $0.highlights.html.contains("<mark>zebra</mark>") })
        let seen = try await search.search(MessageSearchQuery(text: "zebra", forkID: forks[0].id), as: engine.user)
        #expect(Set(seen.rows.map(\.message.content)) == ["The zebra came first", "zebra on the left"])
        let none = try await search.search(MessageSearchQuery(text: "zebra -the"), as: engine.user)
        #expect(none.rows.isEmpty)
    }
}
