#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// What BM25F must know about a set of documents for the terms of one query.
///
/// Statistics of several indexes add up, so that all collections a caller may see are scored on one scale.
public struct TermStatistics: Sendable, Equatable {
    /// The number of documents.
    public internal(set) var documentCount = 0
    /// For each query term, the number of documents that have it in any field.
    public internal(set) var documentFrequencies: [String: Int] = [:]
    /// Per field, the number of terms in all documents, and the number of documents in which the field is not empty.
    var fieldTotals = [FieldTotal](repeating: FieldTotal(), count: Field.count)

    /// Statistics of no documents.
    public init() {}

    /// Adds the statistics of further documents, taken for the same query.
    public mutating func add(_ other: TermStatistics) {
        documentCount += other.documentCount
        documentFrequencies.merge(other.documentFrequencies, uniquingKeysWith: +)
        for index in fieldTotals.indices {
            fieldTotals[index].add(other.fieldTotals[index])
        }
    }

    /// The mean number of terms in a field, over the documents that have the field.
    public func averageLength(of field: Field) -> Double {
        let total = fieldTotals[field.index]
        return total.documents == 0 ? 0 : Double(total.terms) / Double(total.documents)
    }

    /// `ln(1 + (N − n + 0.5) / (n + 0.5))`: above 0 for every term, however common.
    func inverseDocumentFrequency(of term: String) -> Double {
        let frequency = Double(documentFrequencies[term] ?? 0)
        // Statistics may be older than the index that they score; a rarity below nothing is none.
        let others = max(Double(documentCount) - frequency, 0)
        return log(1 + (others + 0.5) / (frequency + 0.5))
    }
}

/// The running totals of one field.
struct FieldTotal: Sendable, Equatable {
    var terms = 0
    var documents = 0

    mutating func add(_ other: FieldTotal) {
        terms += other.terms
        documents += other.documents
    }

    mutating func count(_ length: Int, sign: Int) {
        guard length > 0 else { return }
        terms += sign * length
        documents += sign
    }
}
