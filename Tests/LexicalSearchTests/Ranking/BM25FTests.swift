import Foundation
import LexicalSearch
import Testing

struct BM25FTests {
    /// Three documents, text lengths 2, 4 and 3, so the average is 3; `alpha` is in two of them, `beta` in one.
    private func index() throws -> (Analyzer, LexicalIndex) {
        let analyzer = try Analyzer(language: .unstemmed)
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        index.insert(1, try analyzer.terms(of: DocumentFields(text: "alpha gamma", author: "beta")))
        index.insert(2, try analyzer.terms(of: DocumentFields(text: "alpha alpha delta epsilon")))
        index.insert(3, try analyzer.terms(of: DocumentFields(text: "zeta eta theta")))
        return (analyzer, index)
    }

    private func isNear(_ left: Double?, _ right: Double) -> Bool {
        abs((left ?? .infinity) - right) < 1e-12
    }

    @Test func scoresAreThoseComputedByHand() throws {
        let (analyzer, index) = try index()
        let matches = index.search(try analyzer.query("alpha"), limit: 10)
        let idf = log(1 + 1.5 / 2.5)
        // Key 2: tf 2, length 4: 2 / (0.6 + 0.4 · 4/3). Key 1: tf 1, length 2: 1 / (0.6 + 0.4 · 2/3).
        let second = 2 / (0.6 + 0.4 * 4 / 3)
        let first = 1 / (0.6 + 0.4 * 2 / 3)
        #expect(matches.map(\.key) == [2, 1])
        #expect(isNear(matches.first?.score, idf * second / (0.9 + second)))
        #expect(isNear(matches.last?.score, idf * first / (0.9 + first)))
    }

    @Test func fieldsAreSummedBeforeTheySaturate() throws {
        let analyzer = try Analyzer(language: .unstemmed)
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        index.insert(7, try analyzer.terms(of: DocumentFields(text: "ana wrote", author: "ana", tags: ["ana"])))
        var parameters = BM25F()
        parameters[.author] = 2
        parameters[.tags] = 0
        let matches = index.search(try analyzer.query("ana"), limit: 1, parameters: parameters, explaining: true)
        let idf = log(1 + 0.5 / 1.5)
        #expect(isNear(matches.first?.score, idf * 3 / 3.9))
        let contribution = try #require(matches.first?.contributions.first)
        #expect(contribution.term == "ana")
        #expect(contribution.score == matches.first?.score)
        #expect(contribution.frequencies[.author] == 1)
    }

    @Test func aFieldOfWeightZeroMakesNoMatch() throws {
        let (analyzer, index) = try index()
        var parameters = BM25F()
        parameters[.author] = 0
        #expect(index.search(try analyzer.query("beta"), limit: 5, parameters: parameters).isEmpty)
    }

    @Test func addedStatisticsScoreAsOneIndexWould() throws {
        var texts = try RandomTexts(seed: 3)
        let whole = LexicalIndex(analyzerSignature: texts.analyzer.signature)
        let halves = [
            LexicalIndex(analyzerSignature: texts.analyzer.signature),
            LexicalIndex(analyzerSignature: texts.analyzer.signature),
        ]
        for key in 0..<200 as Range<UInt64> {
            let document = try texts.document()
            whole.insert(key, document)
            halves[key < 40 ? 0 : 1].insert(key, document)
        }
        for _ in 0..<50 {
            let query = try texts.query()
            var statistics = TermStatistics()
            for half in halves { statistics.add(half.statistics(for: query)) }
            #expect(statistics == whole.statistics(for: query))
            let joined = halves.flatMap { $0.search(query, limit: 20, statistics: statistics) }
                .sorted { ($0.score, $1.key) > ($1.score, $0.key) }
            #expect(Array(joined.prefix(20)) == whole.search(query, limit: 20))
        }
    }

    @Test func statisticsOfNothingAndOfStaleCountsAreHarmless() throws {
        let (analyzer, index) = try index()
        let query = try analyzer.query("alpha unknown")
        let matches = index.search(query, limit: 10, statistics: TermStatistics())
        #expect(matches.allSatisfy { $0.score.isFinite && $0.score > 0 })
        let own = index.statistics(for: query)
        #expect(own.documentCount == 3)
        #expect(own.documentFrequencies == ["alpha": 2, "unknown": 0])
        #expect(own.averageLength(of: .text) == 3)
        #expect(own.averageLength(of: .author) == 1)
    }
}
