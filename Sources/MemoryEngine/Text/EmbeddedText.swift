package import MemoryModel

/// The exact strings that stand for an item in vector space, before the profile's own prefix.
///
/// Kind and date go with the text, since saying what it is and when it was written makes it much easier to find
/// (RETRIEVAL notes, point 3). Both are fixed for a version, so the strings are a pure function of it and a vector
/// that comes late always fits. What is longer than small encoders read becomes several parts; the best one speaks
/// for the item.
package enum EmbeddedText {
    /// The most parts of one item; a vector's id has eight bits for the part.
    static let maximumParts = 256
    /// How much fits a part, in quarter tokens: about 220 of the 256 tokens that the local encoder reads.
    private static let capacity = 880

    /// The strings to embed, part 0 first.
    package static func parts(of item: ContextItem) -> [String] {
        let heading = heading(of: item)
        var parts: [String] = []
        var current = ""
        var weight = 0
        for sentence in SentenceSplitter.sentences(of: item.content, longest: capacity, weight: weight(of:)) {
            let text = String(item.content[sentence])
            let cost = self.weight(of: text)
            if weight > 0, weight + cost > capacity {
                parts.append(heading + trimmed(current))
                (current, weight) = ("", 0)
                if parts.count == maximumParts { return parts }
            }
            current += text
            weight += cost
        }
        if weight > 0 { parts.append(heading + trimmed(current)) }
        return parts
    }

    /// SHA-256 of what the provider will embed, the profile's prefix included.
    static func hash(of part: String, profile: EmbeddingProfile) -> [UInt8] {
        ContentHash.of(profile.documentPrefix + part)
    }

    private static func heading(of item: ContextItem) -> String {
        let date = item.createdAt.dateDescription
        return switch item.kind {
        case .note, .fact: "(\(date)): "
        default: "\(item.kind.rawValue) (\(date)): "
        }
    }

    /// Roughly four times the tokens: a Latin letter counts one, a letter of other scripts about a token.
    private static func weight(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x250 ? 1 : $1.value < 0x2E80 ? 2 : 4) }
    }

    private static func trimmed(_ text: String) -> String {
        var slice = Substring(text)
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
