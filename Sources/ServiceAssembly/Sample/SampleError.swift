/// Why the sample run failed its check.
package struct SampleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the answer.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no question to ask.
        case noQuestion
        /// The pack lacks the item that the question is labelled with.
        case missingItem
        /// The message search found nothing, or marked nothing.
        case missingMessage
    }

    /// What went wrong.
    package let code: Code
    /// A sentence for people.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
