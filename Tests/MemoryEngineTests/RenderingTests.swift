import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct RenderingTests {
    private static let fragments = [
        "[[mneme", "[[/mneme", "[[ /mneme", "]]", "<mneme-", "</mneme-", "<m n=\"1\">", "</m>", "\n", "\r\n",
        "\u{2028}", "\u{85}",
        "[1 operator web 20260301] ", "9a 260301 ", "\n9a 260301 ", "\"", "&lt;", "\u{200B}", "\u{202E}",
        "a0b1c2d3e4f5", "text ", "[[[mneme",
        "\u{0B}", "]]>",
    ]

    /// Items written as hostile messages: those may hold anything, since people quote prompts.
    private static func hostile(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            fragments.randomElement(using: &generator) ?? ""
        }.joined() + "."
    }

    @Test func contentNeverClosesAFenceNorLooksLikeAnEntry() async throws {
        let engine = try await EngineFixture(embeds: false)
        let thread = try await engine.thread()
        var generator = SeededGenerator(seed: 21)
        for round in 0..<60 {
            let texts = (0..<8).map { _ in Self.hostile(&generator) }
            let authors = ["Ada", "x] [2 operator y", "a\nb", "[[/mneme"]
            let place = ConversationPlace(threadID: thread.id)
            let author = authors[round % authors.count]
            try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
                let drafts = texts.map { MessageDraft(authorType: .human, author: author, content: $0) }
                _ = try await conversation.append(drafts, to: place, in: tx)
            }
            let text = try await engine.ask("") {
                $0.threadID = thread.id
                $0.format = .text
            }.text
            try Self.checkText(text)
            let xml = try await engine.ask("") {
                $0.threadID = thread.id
                $0.format = .xml
            }.text
            try Self.checkMarkup(xml)
        }
    }

    /// One fence: it opens in the first line, closes in the last, and every line between is an entry or indented.
    private static func checkText(_ text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        let opening = try #require(lines.first)
        let nonce = try #require(opening.split(separator: " ").dropFirst().first)
        #expect(opening.hasPrefix("[[mneme \(nonce) "))
        #expect(lines.last == "[[/mneme \(nonce)]]")
        let body = lines.dropFirst().dropLast()
        #expect(body.allSatisfy { !$0.contains("[[mneme") && !$0.contains("[[/mneme") && !$0.contains(nonce) })
        var number = 0
        for line in body where !line.hasPrefix("  ") && line != "\r" {
            number += 1
            #expect(["a", "b"].contains { line.hasPrefix("\(number)\($0) 2603") }, "\(line.debugDescription)")
        }
        #expect((8...10).contains(number))
        let legend = try #require(opening.split(separator: ";").last)
        #expect(legend.hasSuffix("]]"))
        for (origin, letter) in zip(legend.dropLast(2).split(separator: ","), ["a", "b"]) {
            #expect(origin.hasPrefix(" \(letter)=human ") && origin.count { $0 == "=" } == 1)
            #expect(origin.allSatisfy { !"[]<>;".contains($0) })
        }
        #expect(legend.split(separator: ",").count <= 2)
        let foreign: [Unicode.Scalar] = ["\u{0B}", "\u{0C}", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() where foreign.contains(scalar) && index + 1 < scalars.count {
            #expect(scalars[index + 1] == " " || scalars[index + 1] == "\n")
        }
    }

    private static func checkMarkup(_ text: String) throws {
        var depth = 0
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[open...]
            let close = try #require(rest.firstIndex(of: ">"))
            let tag = rest[..<close]
            if tag.hasPrefix("<mneme-") {
                depth += 1
            } else {
                #expect(tag.hasPrefix("</mneme-"))
                depth -= 1
            }
            #expect((0...1).contains(depth))
            rest = rest[rest.index(after: close)...]
        }
        #expect(depth == 0)
    }

    @Test func equalPacksAreEqualBytesAndAnotherWorkspaceHasOtherFences() async throws {
        let engine = try await EngineFixture(embeds: false)
        let other = try await EngineFixture(embeds: false)
        for engine in [engine, other] {
            try await engine.remember(ItemDraft(content: "Coffee at ten.", isPinned: true))
        }
        let first = try await engine.ask("coffee")
        let second = try await engine.ask("coffee")
        #expect(first.text == second.text)
        #expect(first.text.contains("Coffee at ten."))
    }

    @Test func chatFormatsHaveOneBlockASection() async throws {
        let engine = try await EngineFixture(embeds: false)
        try await engine.remember(ItemDraft(content: "Pinned.", isPinned: true), ItemDraft(content: "Coffee at ten."))
        for (format, role) in [(ContextFormat.openai, "user"), (.anthropic, "text")] {
            let pack = try await engine.ask("coffee") { $0.format = format }
            guard case .blocks(let blocks) = pack.rendered else {
                Issue.record("no blocks")
                continue
            }
            #expect(blocks.map(\.role) == [role, role])
            #expect(blocks[0].text.contains("Pinned."))
        }
    }
}
