/// What a snapshot is of: stored in the manifest and in each segment, and compared before anything is used.
///
/// Opaque here; the caller gives the fields their meaning.
public struct SnapshotIdentity: Sendable, Equatable {
    /// Who the contents belong to, at most 256 bytes.
    public var owner: [UInt8]
    /// How the vectors were made (the embedding profile), at most 1,024 bytes of UTF-8.
    public var profile: String
    /// Which complete set of vectors under profiles that followed each other.
    public var generation: UInt64
    /// Which history `seq` counts in, at most 256 bytes of UTF-8.
    public var epoch: String
    /// Up to where in that history the contents go.
    public var seq: UInt64

    /// Names a snapshot's contents.
    public init(owner: [UInt8], profile: String, generation: UInt64, epoch: String, seq: UInt64) {
        self.owner = owner
        self.profile = profile
        self.generation = generation
        self.epoch = epoch
        self.seq = seq
    }
}

extension SnapshotIdentity {
    /// The first field besides `seq` in which two identities differ.
    func differingField(from other: SnapshotIdentity) -> String? {
        if owner != other.owner { return "owner" }
        if profile != other.profile { return "profile" }
        if generation != other.generation { return "generation" }
        if epoch != other.epoch { return "epoch" }
        return nil
    }

    func validate() throws(VectorSearchError) {
        guard owner.count <= 256, profile.utf8.count <= 1_024, epoch.utf8.count <= 256 else {
            throw VectorSearchError(.invalidArgument, "a field of the snapshot's identity is too long")
        }
    }
}
