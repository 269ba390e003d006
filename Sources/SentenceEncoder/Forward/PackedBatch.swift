/// Texts that go through the linear layers together, their tokens one after the other: no padding.
package struct PackedBatch: Sendable, Equatable {
    /// The places of the texts in the call, longest text first.
    package let members: [Int]

    /// The most tokens in a batch of several texts.
    ///
    /// Enough rows for a matrix product to run at full speed (measured: docs/encoder.md), few enough
    /// for the workspace to stay in the second and third cache level.
    package static let maximumTokens = 512

    /// Cuts the texts, longest first, into batches of at most `maximumTokens` tokens, or fewer if threads would idle.
    package static func pack(lengths: [Int], threads: Int) -> [PackedBatch] {
        let order = lengths.indices.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
        let total = lengths.reduce(0, +)
        let budget = min(maximumTokens, max(1, (total + threads - 1) / threads))
        var batches: [PackedBatch] = []
        var members: [Int] = []
        var tokens = 0
        for index in order {
            if !members.isEmpty, tokens + lengths[index] > budget {
                batches.append(PackedBatch(members: members))
                members = []
                tokens = 0
            }
            members.append(index)
            tokens += lengths[index]
        }
        if !members.isEmpty { batches.append(PackedBatch(members: members)) }
        return batches
    }
}
