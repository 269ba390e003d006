/// How many texts go into one request.
public struct BatchLimits: Sendable, Hashable {
    /// The largest number of texts.
    public var texts: Int
    /// The largest sum of estimated tokens.
    public var tokens: Int

    /// Makes limits; the defaults stay well below those of the OpenAI service (2,048 texts, 300,000 tokens).
    public init(texts: Int = 256, tokens: Int = 100_000) {
        self.texts = texts
        self.tokens = tokens
    }
}

/// Cuts a list of texts into requests, by count and by estimated tokens.
package enum BatchPlan {
    /// Ranges that cover all texts in order; a text that alone is above the limit gets a request of its own.
    package static func ranges(of texts: [String], limits: BatchLimits) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var tokens = 0
        for (index, text) in texts.enumerated() {
            let more = estimatedTokens(of: text)
            if index > start, index - start >= max(limits.texts, 1) || tokens + more > limits.tokens {
                ranges.append(start..<index)
                start = index
                tokens = 0
            }
            tokens += more
        }
        if start < texts.count { ranges.append(start..<texts.count) }
        return ranges
    }

    /// An upper guess at the tokens of a text: three bytes a token, which only scripts with several bytes a letter come near to.
    package static func estimatedTokens(of text: String) -> Int {
        text.utf8.count / 3 + 1
    }
}
