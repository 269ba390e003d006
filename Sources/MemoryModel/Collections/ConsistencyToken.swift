/// What a write returns: a query that carries it sees that write, or says `not_yet`.
///
/// Opaque to callers. Its text form is `base64url(epoch | collection,seq | …)` made by the edge.
public struct ConsistencyToken: Sendable, Hashable {
    /// The identity of the database cluster and its timeline; after a restore it no longer matches.
    public let epoch: String
    /// The last `seq` written, per collection.
    public let positions: [Identifier<MemoryCollection>: Int64]

    /// Makes a token.
    public init(epoch: String, positions: [Identifier<MemoryCollection>: Int64]) {
        self.epoch = epoch
        self.positions = positions
    }
}
