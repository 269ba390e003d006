import LexicalSearch
import Testing

struct AnalyzerTests {
    private func terms(_ text: String, _ language: Language = .english) throws -> Set<String> {
        let entries = try Analyzer(language: language).terms(of: DocumentFields(text: text)).entries
        // The marks of the text have tests of their own.
        return Set(entries.map(\.term).filter { !$0.hasPrefix("\u{2}") })
    }

    private func queryTerms(_ text: String, _ language: Language = .english) throws -> [String] {
        try Analyzer(language: language).query(text).terms.map(\.term)
    }

    @Test func wordsAreLoweredStemmedAndStopWordsDropped() throws {
        #expect(try terms("The Deployments were failing again") == ["deploy", "fail"])
    }

    @Test func irregularFormsMeetTheirBase() throws {
        #expect(try terms("She went and bought mice") == terms("Go buy a mouse"))
    }

    @Test func englishApostrophesDoNotSplitWords() throws {
        #expect(try terms("the user's don't we’ll") == ["user"])
        #expect(try terms("O'Brien").isSuperset(of: ["o'brien", "brien"]))
    }

    @Test(arguments: [
        ("parseHTTPRequest", ["parsehttprequest", "pars", "http", "request"]),
        ("max_batch_tokens", ["max_batch_tokens", "maxbatchtoken", "max", "batch", "token"]),
        ("src/net/Curl.c", ["src/net/curl.c", "curl.c", "src", "net", "curl", "c"]),
        ("std::vector", ["std::vector", "std", "vector"]),
        ("https://example.org/a-b", ["https://example.org/a-b", "example.org", "a-b", "https", "org"]),
        ("E0308", ["e0308", "0308"]),
        ("SQLSTATE 42P01", ["sqlstate", "42p01"]),
        ("error -32602", ["error", "32602"]),
        ("1,000", ["1000"]),
        ("v1.2.3", ["v1.2.3", "2", "3"]),
        ("ops@example.org", ["ops@example.org", "example.org", "op"]),
        ("utf-8", ["utf-8", "utf8", "utf", "8"]),
        ("utf8", ["utf8", "utf", "8"]),
        ("owner/repo#12", ["owner/repo#12", "repo", "12"]),
        ("550e8400-e29b-41d4-a716-446655440000", ["550e8400-e29b-41d4-a716-446655440000", "e29b"]),
        ("C++ and C#", ["c++", "c#", "c"]),
        ("userIDs", ["userid", "user", "id"]),
        ("__init__", ["init"]),
        ("ERR_CONNECTION_RESET", ["err_connection_reset", "connect", "reset"]),
    ])
    func codeTokensAreFoundWholeAndInParts(text: String, expected: [String]) throws {
        let found = try terms(text)
        #expect(found.isSuperset(of: expected), "\(found.sorted())")
    }

    @Test(arguments: [
        ("maxBatchTokens", "max_batch_tokens"), ("wi-fi", "wifi"), ("utf8", "UTF-8"), ("iPhone", "iphone"),
        ("IDs", "id"),
        ("cafe\u{301}", "caf\u{e9}"), ("cafe", "caf\u{e9}s"), ("ＡＰＩ", "api"), ("зелёный", "зеленый"),
        ("re\u{AD}build", "rebuild"),
        ("Curl.swift", "Sources/Net/Curl.swift"),
    ])
    func spellingsMeet(query: String, text: String) throws {
        #expect(!Set(try queryTerms(query)).isDisjoint(with: try terms(text)))
    }

    @Test func inflectedWordsMeetInTheirLanguage() throws {
        #expect(try terms("Häuser", .german) == terms("Haus", .german))
        #expect(try terms("die Entscheidungen", .german) == terms("Entscheidung", .german))
        #expect(try terms("les décisions", .french) == terms("décision", .french))
        #expect(try terms("l'école", .french).isSuperset(of: terms("école", .french)))
        #expect(try terms("решения", .russian) == terms("решение", .russian))
        #expect(try terms("решениями", .english) == terms("решение", .english))
        #expect(try terms("the running tests", .russian) == ["run", "test"])
        #expect(try terms("the running tests", .unstemmed) == ["the", "running", "tests"])
    }

    @Test func everyLanguageHasItsStemmer() throws {
        for language in Language.allCases {
            _ = try Analyzer(language: language).query("word слово")
        }
    }

    @Test func scriptsWithoutSpacesBecomeBigrams() throws {
        #expect(try queryTerms("検索結果") == ["検索", "索結", "結果"])
        #expect(try terms("検索") == ["検", "索", "検索"])
        #expect(try queryTerms("データ") == ["デー", "ータ"])
        #expect(try queryTerms("ภาษาไทย").count == 6)
        #expect(try queryTerms("ที่นี่") == ["ที่นี่"])
        #expect(try queryTerms("iPhoneを買った").contains("買っ"))
        #expect(try queryTerms("猫") == ["猫"])
        #expect(try terms("猫が好き").contains("猫"))
        #expect(try queryTerms("한국어") == ["한국", "국어"])
    }

    @Test func namesOnTheStopListAreFoundAmongAuthors() throws {
        let analyzer = try Analyzer()
        let document = try analyzer.terms(of: DocumentFields(text: "we will see", author: "Will"))
        #expect(document.frequency(of: "will", in: .author) == 1)
        #expect(document.frequency(of: "will", in: .text) == 0)
        #expect(try queryTerms("What did Will decide") == ["will", "decid"])
        #expect(try queryTerms("will it decide") == ["decid"])
    }

    @Test func lengthsCountWordsAndNotWholeFormsBesideTheirParts() throws {
        let document = try Analyzer().terms(of: DocumentFields(text: "retry max_batch_tokens", tags: ["infra", "api"]))
        #expect(document.lengths[.text] == 4)
        #expect(document.lengths[.tags] == 2)
    }

    @Test func veryLongTokensAreStillFound() throws {
        let token = String(repeating: "abcdef", count: 5_000)
        #expect(!Set(try queryTerms(token)).isDisjoint(with: try terms("token \(token) end")))
        #expect(try terms(token).allSatisfy { $0.utf8.count <= 96 })
    }

    @Test(arguments: ["", " \n\t", "…—!?", "\u{301}\u{301}", "'''", "--", "\u{0}", "👩‍👩‍👧", "a\u{301}\u{302}\u{303}"])
    func oddTextsDoNoHarm(text: String) throws {
        _ = try terms(text)
        _ = try Analyzer().highlights(of: LexicalQuery(terms: [QueryTerm("a")]), in: text)
    }

    @Test func highlightsAreUTF8RangesOfTheMatchedWords() throws {
        let analyzer = try Analyzer()
        let text = "Größe: wir rebuild the indexes; 検索結果 parseHTTPRequest"
        let query = try analyzer.query("index rebuilding 結果 request")
        let found = try analyzer.highlights(of: query, in: text).map {
            String(decoding: Array(text.utf8)[$0], as: UTF8.self)
        }
        #expect(found == ["rebuild", "indexes", "結果", "Request"])
    }

    @Test func anUnknownVersionIsRefused() {
        #expect(throws: LexicalSearchError.self) { try Analyzer(version: 200) }
    }

    @Test func theSignatureNamesVersionAndLanguage() throws {
        #expect(try Analyzer(language: .german).signature == 256 + 7)
    }
}
