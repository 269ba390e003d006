internal import LexicalSearch
internal import MemoryModel

/// A version of an item or message as an index is to know it.
struct IndexedText: Sendable {
    let sourceID: Identifier<IndexEntryChange>
    let version: Int32
    let attributes: EntryAttributes
    let fields: DocumentFields
    /// What is to be embedded; nothing where a vector is given.
    let parts: [EmbeddedPart]
    /// The vector of the whole text, where its writer gave it.
    var givenVector: [Float]?
}

/// Tells an index of texts: attributes, words, and the vectors that this workspace has already.
struct TextIndexing: Sendable {
    /// How many texts one embedding job takes on: what is done again where a worker is lost.
    static let jobSize = 200

    let analyzers: WorkspaceAnalyzers

    /// Stamps new versions and returns those that lack vectors.
    func stamp(
        _ texts: [IndexedText],
        in collection: MemoryCollection,
        tx: any MemoryTransaction
    ) async throws -> [IndexedText] {
        let analyzer = try await analyzers.analyzer(in: tx)
        let known = try await knownVectors(of: texts, in: collection, tx: tx)
        var changes: [IndexEntryChange] = []
        for (text, vectors) in zip(texts, known) {
            changes.append(
                IndexEntryChange(
                    collectionID: collection.id,
                    sourceID: text.sourceID,
                    version: text.version,
                    attributes: text.attributes,
                    terms: try analyzer.terms(of: text.fields).serialized(),
                    analyzerVersion: analyzer.signature,
                    vectors: vectors
                )
            )
        }
        tx.stamp(changes)
        guard collection.profile != nil else { return [] }
        return zip(texts, known).compactMap { $1.count < $0.parts.count ? $0 : nil }
    }

    /// The vectors of each text, all of them or none.
    private func knownVectors(
        of texts: [IndexedText],
        in collection: MemoryCollection,
        tx: any MemoryTransaction
    ) async throws -> [[EntryVector]] {
        guard let profile = collection.profile else { return texts.map { _ in [] } }
        let hashes = texts.map { text in text.parts.map { EmbeddedText.hash(of: $0, profile: profile) } }
        let known = try await tx.reusableVectors(profile: profile, textHashes: Array(Set(hashes.joined())))
        return zip(texts, hashes).map { text, hashes in
            if let vector = text.givenVector { return [.given(vector, generation: collection.generation)] }
            let vectors = zip(text.parts, hashes).compactMap { part, hash in
                known[hash].map { part.vector($0, hash: hash, generation: collection.generation) }
            }
            return vectors.count == text.parts.count ? vectors : []
        }
    }

    /// A name for a job over these versions, the same whenever they come together.
    static func jobKey(of texts: some Sequence<IndexedText>, in collection: MemoryCollection) -> String {
        let names = texts.map { "\($0.sourceID)@\($0.version)" }.joined(separator: " ")
        return "embed:\(collection.id):\(collection.generation):\(ContentHash.hexadecimal(of: names))"
    }

    /// One job for each so many texts.
    static func jobs(
        for texts: [IndexedText],
        in collection: MemoryCollection,
        payload: ([IndexedText]) -> JobPayload
    ) -> [NewJob] {
        stride(from: 0, to: texts.count, by: jobSize).map { start in
            let slice = Array(texts[start..<min(start + jobSize, texts.count)])
            return NewJob(key: jobKey(of: slice, in: collection), payload: payload(slice))
        }
    }
}

extension EntryVector {
    /// A vector of the whole text that a writer gave.
    ///
    /// Its hash is of itself: nobody else's text may be taken to have it.
    fileprivate static func given(_ vector: [Float], generation: Int32) -> EntryVector {
        EntryVector(
            generation: generation,
            view: EmbeddedView.whole.rawValue,
            textHash: ContentHash.of(vector),
            vector: vector
        )
    }
}

extension EmbeddedPart {
    /// The vector of this part.
    func vector(_ vector: [Float], hash: [UInt8], generation: Int32) -> EntryVector {
        EntryVector(generation: generation, view: view.rawValue, part: Int16(part), textHash: hash, vector: vector)
    }
}
