import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct SearchParserTests {
    private let parser = SearchParser(limit: 64)

    @Test(
        arguments: [
            ("redis", .word("redis")),
            ("redis  postgres", .all([.word("redis"), .word("postgres")])),
            ("\"session store\"", .phrase(["session", "store"])),
            ("\"one\"", .word("one")),
            ("redis -postgres", .all([.word("redis"), .not(.word("postgres"))])),
            ("a OR b c", .any([.word("a"), .all([.word("b"), .word("c")])])),
            ("OR a OR OR b OR", .any([.word("a"), .word("b")])),
            ("a -\"b c\"", .all([.word("a"), .not(.phrase(["b", "c"]))])),
            ("東京タワー", .bigrams(["東京", "京タ", "タワ", "ワー"])),
            ("猫", .bigrams(["猫"])),
            ("API仕様 v2", .all([.word("API"), .bigrams(["仕様"]), .word("v2")])),
            ("\"the 東京 tower\"", .all([.word("the"), .bigrams(["東京"]), .word("tower")])),
            ("(foo), bar!", .all([.word("foo"), .word("bar")])),
            ("session_expired foo-bar", .all([.word("session_expired"), .word("foo-bar")])),
            ("“curly quotes”", .phrase(["curly", "quotes"])),
            ("open \"never closed", .all([.word("open"), .phrase(["never", "closed"])])),
            ("a - b -- c", .all([.word("a"), .word("b"), .word("c")])),
        ] as [(String, SearchExpression)]
    )
    func webStyleSearchesAreUnderstood(_ text: String, _ expression: SearchExpression) throws {
        #expect(try parser.parse(text) == expression)
    }

    @Test(arguments: ["", "  ", "\"\"", "-foo", "!!!", "OR", "a OR -b", "- -- ---"])
    func aSearchWithoutAWordIsRefused(_ text: String) {
        let error = #expect(throws: EngineError.self) { try parser.parse(text) }
        #expect(error?.field == "q")
    }

    @Test func anyInputIsParsedOrRefusedByName() {
        var generator = SeededGenerator(seed: 31)
        let pieces = ["\"", "-", "OR", " ", "a", "東", "京", "\u{301}", "🚀", "(", "\n", "“", "__", "ไ", "ท"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            do {
                _ = SearchParser.wanted(in: try parser.parse(text))
            } catch {
                #expect(error.field == "q")
            }
        }
    }

    @Test func theRunOfPairsIsPutTogetherAgain() throws {
        #expect(SearchParser.wanted(in: try parser.parse("東京タワー")) == ["東京タワー"])
        #expect(SearchParser.wanted(in: try parser.parse("a -b \"c d\" OR e")) == ["a", "c", "d", "e"])
    }
}
