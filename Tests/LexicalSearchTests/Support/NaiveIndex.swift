import Foundation
import LexicalSearch

/// The plainest BM25F there is: every document is looked at for every query.
///
/// The truth that `LexicalIndex` is compared with.
struct NaiveIndex {
    var documents: [UInt64: TermVector] = [:]
    var places: [UInt64: SequencePlace] = [:]

    func search(
        _ query: LexicalQuery,
        limit: Int,
        parameters: BM25F,
        where filter: (UInt64) -> Bool
    ) -> [(UInt64, Double)] {
        var averages: [Field: Double] = [:]
        for field in Field.own {
            let lengths = documents.values.map { $0.lengths[field] }.filter { $0 > 0 }
            averages[field] = lengths.isEmpty ? 0 : Double(lengths.reduce(0, +)) / Double(lengths.count)
        }
        averages[.adjacent] = 2 * (averages[.text] ?? 0)
        averages[.nearby] = averages[.adjacent]
        let rarities = query.terms.map { term in
            let holders = documents.values.count { document in
                Field.own.contains { document.frequency(of: term.term, in: $0) > 0 }
            }
            return log(1 + (Double(documents.count - holders) + 0.5) / (Double(holders) + 0.5))
        }
        var scores: [(key: UInt64, score: Double)] = []
        for (key, document) in documents where filter(key) {
            let fields = fields(of: key, document)
            var score = 0.0
            for (term, idf) in zip(query.terms, rarities) {
                var sum = 0.0
                for (field, texts) in fields where parameters[field] > 0 {
                    let source = Field.own.contains(field) ? field : .text
                    var frequency = texts.reduce(0) { $0 + $1.frequency(of: term.term, in: source) }
                    if source != field { frequency = min(frequency, 31) }
                    let length = texts.reduce(0) { $0 + $1.lengths[source] }
                    let average = averages[field] ?? 0
                    let ratio = average > 0 ? Double(length) / average : 0
                    sum += parameters[field] * Double(frequency) / (1 - parameters.b + parameters.b * ratio)
                }
                score += term.weight * idf * sum / (parameters.k1 + sum)
            }
            if score > 0 { scores.append((key, score)) }
        }
        scores.sort { abs($0.score - $1.score) > 1e-9 ? $0.score > $1.score : $0.key < $1.key }
        return scores.prefix(limit).map { ($0.key, $0.score) }
    }

    /// A document's fields with the documents that their words come from.
    private func fields(of key: UInt64, _ document: TermVector) -> [(Field, [TermVector])] {
        let around = neighbours(of: key)
        return Field.own.map { ($0, [document]) } + [
            (.adjacent, around.filter { abs($0.step) == 1 }.map(\.terms)),
            (.nearby, around.filter { abs($0.step) == 2 }.map(\.terms)),
        ]
    }

    private func neighbours(of key: UInt64) -> [(step: Int, terms: TermVector)] {
        guard let place = places[key] else { return [] }
        let members = places.filter { $0.value.sequence == place.sequence }.sorted {
            $0.value.position < $1.value.position
        }
        let here = members.firstIndex { $0.key == key } ?? 0
        return [-2, -1, 1, 2].compactMap { step in
            let index = here + step
            guard members.indices.contains(index), let terms = documents[members[index].key] else { return nil }
            return (step, terms)
        }
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
        let fields = DocumentFields(text: words(1...40), author: words(0...2), tags: [words(0...2)])
        return try analyzer.terms(of: fields)
    }

    /// A place that no other document has, in one of a few sequences or in none.
    mutating func place(step: Int) -> SequencePlace? {
        guard Int.random(in: 0..<5, using: &generator) > 0 else { return nil }
        let position = Int64.random(in: 0..<1_000, using: &generator) * 10_000 + Int64(step)
        return SequencePlace(sequence: UInt64.random(in: 0..<6, using: &generator), position: position)
    }

    mutating func query() throws -> LexicalQuery {
        var query = try analyzer.query(words(1...6))
        for index in query.terms.indices where Int.random(in: 0..<4, using: &generator) == 0 {
            query.terms[index].weight = 0.4
        }
        return query
    }
}
