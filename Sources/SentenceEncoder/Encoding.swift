/// One text as the model sees it.
public struct Encoding: Sendable, Equatable {
    /// The sentence vector, of length 1; `SentenceEncoder.dimensions` numbers.
    public let vector: [Float]
    /// How many tokens the vector stands for, with [CLS] and [SEP]: 2 for an empty text.
    public let tokenCount: Int
    /// Whether the text had more tokens than the model takes, so that its end does not count.
    public let truncated: Bool

    package init(vector: [Float], tokenCount: Int, truncated: Bool) {
        self.vector = vector
        self.tokenCount = tokenCount
        self.truncated = truncated
    }
}
