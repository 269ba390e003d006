internal import MemoryModel

/// One entry of an index on its way into a pack.
struct Candidate: Sendable {
    let collectionID: Identifier<MemoryCollection>
    let record: EntryRecord
    /// The raw score of each leg that found it.
    var vectorScore: Float?
    var lexicalScore: Float?
    /// Why it is not in use; nil where it is.
    let retirement: CandidateOutcome?
    /// By signal, once fused.
    var scores: [String: Float] = [:]
    /// What it is ranked by.
    var score: Float = 0

    var id: CandidateID { CandidateID(collectionID: collectionID, reference: record.reference) }
}

/// Tells candidates apart.
struct CandidateID: Hashable, Sendable {
    let collectionID: Identifier<MemoryCollection>
    let reference: ItemVersionReference
}
