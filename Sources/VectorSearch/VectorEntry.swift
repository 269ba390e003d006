/// One vector to insert: a key, which of the key's parts it is, and its components.
public struct VectorEntry: Sendable, Equatable {
    /// The caller's number of the thing, below 2^56.
    public var key: UInt64
    /// Which of the key's vectors this is; a text cut into chunks has one part per chunk.
    public var part: UInt8
    /// As many components as the index has dimensions.
    public var vector: [Float]

    /// Names a vector by key and part.
    public init(key: UInt64, part: UInt8 = 0, vector: [Float]) {
        self.key = key
        self.part = part
        self.vector = vector
    }
}

/// One key that a search found.
public struct Match: Sendable, Equatable {
    /// The key; a search returns each key at most once.
    public let key: UInt64
    /// The key's part that came nearest.
    public let part: UInt8
    /// Nearness under the index's `Metric`; higher is better.
    public let score: Float

    package init(key: UInt64, part: UInt8, score: Float) {
        self.key = key
        self.part = part
        self.score = score
    }
}

/// Key and part in one word, `key << 8 | part`: how vectors are named inside an index and in its files.
package struct VectorID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package init(key: UInt64, part: UInt8) throws(VectorSearchError) {
        guard key >> 56 == 0 else { throw VectorSearchError(.keyOutOfRange, "key \(key) needs more than 56 bits") }
        rawValue = key << 8 | UInt64(part)
    }

    package var key: UInt64 { rawValue >> 8 }
    package var part: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
}
