/// Cuts a text into sentences and, where those are too long, into smaller pieces.
enum SentenceSplitter {
    /// Ranges that cover the text without gaps; each ends behind a sentence's end and the white space after it.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - longest: The most weight of a piece; longer sentences are cut at white space, or anywhere where there is none.
    ///   - weight: The weight of a text, additive over its parts.
    /// - Returns: The pieces in order.
    static func sentences(
        of text: String,
        longest: Int,
        weight: (String) -> Int
    ) -> [Range<String.Index>] {
        sentences(of: text).flatMap { sentence -> [Range<String.Index>] in
            guard weight(String(text[sentence])) > longest else { return [sentence] }
            return pieces(of: text, in: sentence, longest: longest, weight: weight)
        }
    }

    /// Sentences by their punctuation and line ends; a full stop counts only before white space.
    static func sentences(of text: String) -> [Range<String.Index>] {
        var result: [Range<String.Index>] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        var isEnding = false
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if isEnding, !scalar.properties.isWhitespace, !isClosing(scalar) {
                result.append(start..<index)
                start = index
                isEnding = false
            }
            if isLineEnd(scalar) || isFullWidthStop(scalar) {
                isEnding = true
            } else if isStop(scalar) {
                isEnding = next == scalars.endIndex || scalars[next].properties.isWhitespace || isClosing(scalars[next])
            }
            index = next
        }
        if start < scalars.endIndex { result.append(start..<scalars.endIndex) }
        return result
    }

    private static func pieces(
        of text: String,
        in range: Range<String.Index>,
        longest: Int,
        weight: (String) -> Int
    ) -> [Range<String.Index>] {
        var result: [Range<String.Index>] = []
        var start = range.lowerBound
        var lastSpace: String.Index?
        var cost = 0
        var costSinceSpace = 0
        var index = start
        while index < range.upperBound {
            let scalarCost = weight(String(text.unicodeScalars[index]))
            if cost + scalarCost > longest, index > start {
                let cut = lastSpace ?? index
                result.append(start..<cut)
                start = cut
                cost = lastSpace == nil ? 0 : costSinceSpace
                lastSpace = nil
            }
            cost += scalarCost
            costSinceSpace += scalarCost
            let next = text.unicodeScalars.index(after: index)
            if text.unicodeScalars[index].properties.isWhitespace {
                lastSpace = next
                costSinceSpace = 0
            }
            index = next
        }
        if start < range.upperBound { result.append(start..<range.upperBound) }
        return result
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func isFullWidthStop(_ scalar: Unicode.Scalar) -> Bool {
        // Ideographic full stop, full-width ! and ?, half-width ideographic full stop, Devanagari danda.
        [0x3002, 0xFF01, 0xFF1F, 0xFF61, 0x964].contains(scalar.value)
    }

    private static func isStop(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar == "!" || scalar == "?" || scalar == ";" || scalar.value == 0x2026
    }

    private static func isClosing(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "'" || scalar == ")" || scalar == "]" || scalar.value == 0x201D
            || scalar.value == 0x2019 || scalar.value == 0x300D
    }
}
