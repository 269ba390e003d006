package import MemoryModel

/// One entry of an index on its way into a pack.
package struct Candidate: Sendable {
    package let collectionID: Identifier<MemoryCollection>
    package let record: EntryRecord
    /// The raw score of each leg that found it.
    package var vectorScore: Float?
    package var lexicalScore: Float?
    /// Why it is not in use; nil where it is.
    package let retirement: CandidateOutcome?
    /// By signal, once fused.
    package var scores: [String: Float] = [:]
    /// What it is ranked by.
    package var score: Float = 0

    package init(
        collectionID: Identifier<MemoryCollection>,
        record: EntryRecord,
        vectorScore: Float? = nil,
        lexicalScore: Float? = nil,
        retirement: CandidateOutcome? = nil
    ) {
        self.collectionID = collectionID
        self.record = record
        self.vectorScore = vectorScore
        self.lexicalScore = lexicalScore
        self.retirement = retirement
    }

    var id: CandidateID {
        CandidateID(collectionID: collectionID, sourceID: record.sourceID, version: record.version)
    }
}

/// Tells candidates apart.
struct CandidateID: Hashable, Sendable {
    let collectionID: Identifier<MemoryCollection>
    let sourceID: Identifier<IndexEntryChange>
    let version: Int32
}
