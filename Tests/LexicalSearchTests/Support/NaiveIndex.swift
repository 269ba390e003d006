import Foundation
import LexicalSearch

/// The plainest BM25F there is: every document is looked at for every query.
///
/// The truth that `LexicalIndex` is compared with.
struct NaiveIndex {
    var documents: [UInt64: TermVector] = [:]

    func search(
        _ query: LexicalQuery,
        limit: Int,
        parameters: BM25F,
        where filter: (UInt64) -> Bool
    ) -> [(UInt64, Double)] {
        var averages: [Field: Double] = [:]
        for field in Field.allCases {
            let lengths = documents.values.map { $0.lengths[field] }.filter { $0 > 0 }
            averages[field] = lengths.isEmpty ? 0 : Double(lengths.reduce(0, +)) / Double(lengths.count)
        }
        let rarities = query.terms.map { term in
            let holders = documents.values.count { document in
                Field.allCases.contains { document.frequency(of: term.term, in: $0) > 0 }
            }
            return log(1 + (Double(documents.count - holders) + 0.5) / (Double(holders) + 0.5))
        }
        var scores: [(key: UInt64, score: Double)] = []
        for (key, document) in documents where filter(key) {
            var score = 0.0
            for (term, idf) in zip(query.terms, rarities) {
                var sum = 0.0
                for field in Field.allCases {
                    let frequency = Double(document.frequency(of: term.term, in: field))
                    let average = averages[field] ?? 0
                    let ratio = average > 0 ? Double(document.lengths[field]) / average : 0
                    sum += parameters[field] * frequency / (1 - parameters.b + parameters.b * ratio)
                }
                score += term.weight * idf * sum / (parameters.k1 + sum)
            }
            if score > 0 { scores.append((key, score)) }
        }
        scores.sort { abs($0.score - $1.score) > 1e-9 ? $0.score > $1.score : $0.key < $1.key }
        return scores.prefix(limit).map { ($0.key, $0.score) }
    }
}

/// Random documents and queries over a small vocabulary with a few common and many rare words.
struct RandomTexts {
    let analyzer: Analyzer
    var generator: SeededGenerator

    init(seed: UInt64) throws {
        analyzer = try Analyzer(language: .unstemmed)
        generator = SeededGenerator(seed: seed)
    }

    mutating func words(_ range: ClosedRange<Int>) -> String {
        let count = Int.random(in: range, using: &generator)
        return (0..<count).map { _ in
            let rank = Double.random(in: 0..<1, using: &generator)
            return "w\(Int(rank * rank * rank * 60))"
        }.joined(separator: " ")
    }

    mutating func document() throws -> TermVector {
        var fields = DocumentFields(text: words(1...40), author: words(0...2), tags: [words(0...2)])
        if Bool.random(using: &generator) { fields.add(words(1...20), as: .adjacent) }
        return try analyzer.terms(of: fields)
    }

    mutating func query() throws -> LexicalQuery {
        var query = try analyzer.query(words(1...6))
        for index in query.terms.indices where Int.random(in: 0..<4, using: &generator) == 0 {
            query.terms[index].weight = 0.4
        }
        return query
    }
}
