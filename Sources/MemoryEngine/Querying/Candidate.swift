package import LexicalSearch
package import MemoryModel

/// One entry of an index on its way into a pack.
package struct Candidate: Sendable {
    package let collectionID: Identifier<MemoryCollection>
    package let record: EntryRecord
    /// Its key in its collection's index.
    package var key: UInt64 = 0
    /// How near its nearest vector is; nil where it has none, or none was looked for.
    package var vectorScore: Float?
    /// Its BM25F score; nil where it shares no word with the question.
    package var lexicalScore: Float?
    /// What its text is like; nil where its words are not in the index.
    package var outline: DocumentOutline?
    /// How near the message before it is, where that asks something.
    package var questionScore: Float?
    /// Why it is not in use; nil where it is.
    package let retirement: CandidateOutcome?
    /// By signal, once ranked.
    package var signals = SignalValues()
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

    /// The values of its signals by name, and `final`, which it is ranked by.
    package var scores: [String: Float] {
        var scores = signals.named
        // Those of the legs are there even where they are 0: they say that the leg knows it.
        if vectorScore != nil { scores[RankingSignal.meaning.rawValue] = signals[.meaning] }
        if lexicalScore != nil { scores[RankingSignal.words.rawValue] = signals[.words] }
        scores["final"] = score
        return scores
    }

    /// The thread or fork that it was said in; nil for an item.
    var sequence: UInt64? { record.sequencePlace?.sequence }
}
