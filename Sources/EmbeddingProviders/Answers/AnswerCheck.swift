/// Why an answer's vectors are not used.
package struct AnswerFault: Error, Sendable, Hashable {
    /// The kinds of fault.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case malformed
        case wrongCount
        case wrongOrder
        case wrongDimension
        case notFinite
        case noDirection
    }

    package let kind: Kind

    package init(_ kind: Kind) {
        self.kind = kind
    }
}

/// Checks what a provider answered before any of it is used.
package enum AnswerCheck {
    /// One vector of an answer with the position that the provider gave it, if it did.
    package typealias Part = (index: Int?, vector: [Float])

    /// The vectors in the order of the texts, each of length 1.
    ///
    /// - Throws: `AnswerFault` when the count or a dimension is wrong, positions are not each of 0 ..< `count` once, a number is not
    ///   finite, or a vector is too short to have a direction.
    package static func vectors(_ parts: [Part], count: Int, dimensions: Int) throws(AnswerFault) -> [[Float]] {
        guard parts.count == count else { throw AnswerFault(.wrongCount) }
        var vectors = [[Float]](repeating: [], count: count)
        let isNumbered = parts.contains { $0.index != nil }
        for (position, part) in parts.enumerated() {
            // Positions for some and not for others say nothing.
            guard let index = isNumbered ? part.index : position, vectors.indices.contains(index),
                vectors[index].isEmpty
            else { throw AnswerFault(.wrongOrder) }
            vectors[index] = try normalised(part.vector, dimensions: dimensions)
        }
        return vectors
    }

    private static func normalised(_ vector: [Float], dimensions: Int) throws(AnswerFault) -> [Float] {
        guard vector.count == dimensions, dimensions > 0 else { throw AnswerFault(.wrongDimension) }
        // In double precision no finite float overflows when it is squared.
        let squared = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squared.isFinite else { throw AnswerFault(.notFinite) }
        let norm = squared.squareRoot()
        guard norm > 1e-9 else { throw AnswerFault(.noDirection) }
        return vector.map { Float(Double($0) / norm) }
    }
}
