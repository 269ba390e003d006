internal import MemoryModel

/// Finds texts that say the same, by the words they share.
package struct Duplicates {
    /// From this share of common words on, two texts say the same.
    private static let threshold = 0.85

    private var seen: [(hash: [UInt8], words: [UInt64])] = []

    package init() {}

    /// Whether a text says what one before it said; if not, it counts from now on.
    package mutating func isRepeated(_ text: String, hash: [UInt8]) -> Bool {
        let words = Self.words(of: text)
        let isRepeated = seen.contains { other in
            other.hash == hash || Self.overlap(words, other.words) >= Self.threshold
        }
        if !isRepeated { seen.append((hash, words)) }
        return isRepeated
    }

    /// Whether an item or message says what one before it said; if not, it counts from now on.
    mutating func isRepeated(_ subject: ContextCandidate.Subject) -> Bool {
        switch subject {
        case .item(let item): isRepeated(item.content, hash: item.contentHash)
        case .message(let message): isRepeated(message.content, hash: ContentHash.of(message.content))
        }
    }

    /// Jaccard's coefficient of two sorted sets: what they share of what they have together.
    static func overlap(_ left: [UInt64], _ right: [UInt64]) -> Double {
        let (shorter, longer) = (min(left.count, right.count), max(left.count, right.count))
        guard shorter > 0, Double(shorter) >= threshold * Double(longer) else { return 0 }
        var common = 0
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i] == right[j] {
                common += 1
                i += 1
                j += 1
            } else if left[i] < right[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return Double(common) / Double(left.count + right.count - common)
    }

    /// The words of a text as sorted hashes; digits count, so that two amounts are never the same.
    static func words(of text: String) -> [UInt64] {
        var hashes: Set<UInt64> = []
        var hash: UInt64 = 0
        var isInside = false
        for scalar in text.unicodeScalars {
            if UnspacedScript.contains(scalar)
                || !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            {
                if isInside { hashes.insert(hash) }
                isInside = false
                if UnspacedScript.contains(scalar) { hashes.insert(UInt64(scalar.value)) }
                continue
            }
            if !isInside { hash = 0xCBF2_9CE4_8422_2325 }
            isInside = true
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                hash = (hash ^ UInt64(lower.value)) &* 0x100_0000_01B3
            }
        }
        if isInside { hashes.insert(hash) }
        return hashes.sorted()
    }
}
