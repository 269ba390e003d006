/// How near two vectors are, as a score of which more is better.
public enum Metric: UInt8, Sendable, CaseIterable {
    /// Score: the cosine of the angle, -1...1. Vectors are normalised on insert; a vector without length is refused.
    case cosine = 0
    /// Score: the inner product of the vectors as given.
    case innerProduct = 1
    /// Score: the Euclidean distance with its sign turned, 0 for equal vectors and less for others.
    case euclidean = 2
}

extension Metric {
    /// The score that callers see, from the distance that searches compare (negative dot product or squared L2).
    func score(ofDistance distance: Float) -> Float {
        switch self {
        case .cosine, .innerProduct: 0 - distance
        case .euclidean: 0 - max(0, distance).squareRoot()
        }
    }

    /// Checks a vector and returns the factor by which its components are stored.
    ///
    /// - Throws: `wrongDimension`, `notFinite`, `zeroVector` or `magnitudeTooLarge`.
    func scale(of vector: [Float], dimension: Int) throws(VectorSearchError) -> Double {
        guard vector.count == dimension else {
            throw VectorSearchError(
                .wrongDimension,
                "the vector has \(vector.count) components, the index \(dimension)"
            )
        }
        var squares = 0.0
        for component in vector { squares += Double(component) * Double(component) }
        guard squares.isFinite else {
            throw VectorSearchError(.notFinite, "the vector holds a NaN or an infinity")
        }
        switch self {
        case .cosine:
            guard squares > 0 else {
                throw VectorSearchError(.zeroVector, "a vector of zeros has no direction")
            }
            return 1 / squares.squareRoot()
        case .innerProduct, .euclidean:
            guard squares <= Self.largestSquaredLength else {
                throw VectorSearchError(.magnitudeTooLarge, "the vector's squared length exceeds 1e37")
            }
            return 1
        }
    }

    /// Four times this still fits in a float32: the largest squared distance of two accepted vectors.
    private static let largestSquaredLength = 1e37
}
