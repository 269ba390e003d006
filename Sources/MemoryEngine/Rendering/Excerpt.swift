internal import LexicalSearch

/// Picks the parts of a long content that say the most about a query.
struct Excerpt: Sendable {
    let counter: TokenCounter
    /// Marks each shown part may cost beside its own tokens.
    private static let seamTokens = 3

    /// Ranges of UTF-8 offsets, in order, whose text takes at most `budget` tokens; nil where nothing fits.
    ///
    /// The sentence with the most different query words comes first, then the next best; where even the best one is too
    /// long, a window of words around its first match.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - matches: UTF-8 ranges of the query's words in it, in order; may be empty.
    ///   - budget: The most tokens.
    /// - Returns: The ranges, or nil.
    func ranges(of content: String, matches: [Range<Int>], budget: Int) -> [Range<Int>]? {
        let sentences = SentenceSplitter.sentences(of: content).map { range in
            content.utf8.distance(
                from: content.startIndex,
                to: range.lowerBound
            )..<content.utf8.distance(from: content.startIndex, to: range.upperBound)
        }
        let bytes = Array(content.utf8)
        let order = sentences.indices.sorted { left, right in
            let (a, b) = (score(sentences[left], matches, bytes), score(sentences[right], matches, bytes))
            return a == b ? left < right : a > b
        }
        var chosen: Set<Int> = []
        var left = budget
        for index in order {
            let cost = tokens(bytes, sentences[index]) + Self.seamTokens
            guard cost <= left else {
                if chosen.isEmpty, let first = order.first {
                    return window(in: bytes, sentences[first], matches: matches, budget: budget).map { [$0] }
                }
                continue
            }
            chosen.insert(index)
            left -= cost
        }
        guard !chosen.isEmpty else { return nil }
        return merged(chosen.sorted().map { trimmed(sentences[$0], bytes) }, bytes)
    }

    /// How many different words of the query a range holds.
    private func score(_ range: Range<Int>, _ matches: [Range<Int>], _ bytes: [UInt8]) -> Int {
        Set(matches.filter { range.contains($0.lowerBound) }.map { Array(bytes[$0]) }).count
    }

    private func tokens(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        counter.count(String(decoding: bytes[range], as: UTF8.self))
    }

    /// As many words as fit, from a little before the first match on.
    private func window(
        in bytes: [UInt8],
        _ sentence: Range<Int>,
        matches: [Range<Int>],
        budget: Int
    ) -> Range<Int>? {
        let budget = budget - 2 * Self.seamTokens
        guard budget > 0 else { return nil }
        let anchor = matches.first { sentence.contains($0.lowerBound) }?.lowerBound ?? sentence.lowerBound
        var start = anchor
        // A third of the room goes to what leads up to the match.
        while start > sentence.lowerBound {
            let next = wordStart(before: start, in: bytes, from: sentence.lowerBound)
            guard tokens(bytes, next..<anchor) <= budget / 3 else { break }
            start = next
        }
        var low = start
        var high = sentence.upperBound
        while low < high {
            let middle = characterStart((low + high + 1) / 2, in: bytes, upTo: high)
            if tokens(bytes, start..<middle) <= budget {
                low = middle
            } else {
                high = characterStart(before: middle, in: bytes)
            }
        }
        var end = max(start, low)
        // Not in the middle of a word, unless the word is all there is.
        if end < sentence.upperBound {
            let space = bytes[start..<end].lastIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            if let space, space > start { end = space }
        }
        let range = trimmed(start..<end, bytes)
        return range.isEmpty ? nil : range
    }

    private func wordStart(before place: Int, in bytes: [UInt8], from lower: Int) -> Int {
        var index = place - 1
        while index > lower, bytes[index - 1] != UInt8(ascii: " "), bytes[index - 1] != UInt8(ascii: "\n") {
            index -= 1
        }
        while index > lower, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }

    /// The first start of a character at or after a place.
    private func characterStart(_ place: Int, in bytes: [UInt8], upTo end: Int) -> Int {
        var index = place
        while index < end, bytes[index] & 0xC0 == 0x80 { index += 1 }
        return index
    }

    private func characterStart(before place: Int, in bytes: [UInt8]) -> Int {
        var index = max(0, place - 1)
        while index > 0, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }

    private func trimmed(_ range: Range<Int>, _ bytes: [UInt8]) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Neighbours that nothing but blanks part become one range.
    private func merged(_ ranges: [Range<Int>], _ bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for range in ranges where !range.isEmpty {
            if let last = result.last, bytes[last.upperBound..<range.lowerBound].allSatisfy(isBlank) {
                result[result.count - 1] = last.lowerBound..<range.upperBound
            } else {
                result.append(range)
            }
        }
        return result
    }
}
